/** Names are shorter by contract; this only keeps a row that slipped past it from filling a mail. */
const valueLengthMax = 2_000

/** Line ends and other controls; also the separators U+2028/2029, which some clients take for line ends. */
// oxlint-disable-next-line no-control-regex -- these are the characters to be kept out
const controls = /[\u0000-\u001F\u007F-\u009F\u2028\u2029]+/g

/** Invisible orders to reorder what follows ("gpj.exe" shown as "exe.jpg"). Scripts that run right to left do not need them. */
const reordering = /[\u202A-\u202E\u2066-\u2069]/g

/** Most values: printable ASCII without blanks around. */
const plain = /^[!-~](?:[ -~]*[!-~])?$/

/**
 * A value as one line of well-formed text: what a guest is called may hold quotes, braces or markup, which are kept as
 * letters, but never a line break or half a character.
 */
export function oneLine(value: string): string {
  if (value.length <= valueLengthMax && plain.test(value)) return value
  return value.slice(0, valueLengthMax).toWellFormed().replace(reordering, '').replace(controls, ' ').trim()
}

const htmlNames: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** For text between tags and for values of quoted attributes. */
export function escapeHtml(value: string): string {
  return /[&<>"']/.test(value) ? value.replace(/[&<>"']/g, (char) => htmlNames[char]!) : value
}
