/**
 * What a spreadsheet could take for a formula, also after spaces and quotation marks (OWASP, CSV Injection), and the wide
 * forms that some spreadsheets read as the same signs.
 */
const formula = /^['"\s]*[=+\-@\t\r\n＝＋－＠]/

/** Puts an apostrophe before a cell that a spreadsheet might run; it then shows the text instead. */
export function guardCell(text: string): string {
  return formula.test(text) ? `'${text}` : text
}

/** Takes the guard off again, and nothing else: a text that has an apostrophe of its own there was guarded with another. */
export function unguardCell(text: string): string {
  return text.startsWith("'") && formula.test(text.slice(1)) ? text.slice(1) : text
}
