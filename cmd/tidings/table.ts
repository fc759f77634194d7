/** What a terminal shows in a line. A file has no width: there nothing is cut. */
const widthMax = process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY
const gap = '  '

/** A column may be cut to fit the terminal when it may `shrink`; ids never are. */
export type Column<Row> = { title: string; text: (row: Row) => string; shrink?: true; right?: true }

/** Rows under their titles, as wide as the terminal if the shrinking columns allow it. Nothing for no rows. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string[] {
  if (rows.length === 0) return []
  const cells = rows.map((row) => columns.map(({ text }) => oneLine(text(row))))
  const widths = columns.map(({ title }, at) => Math.max(title.length, ...cells.map((cell) => [...cell[at]!].length)))
  fit(widths, columns)
  const lineOf = (line: readonly string[]) =>
    line
      .map((text, at) => (columns[at]!.right ? text.padStart(widths[at]!) : cut(text, widths[at]!)))
      .join(gap)
      .trimEnd()
  return [lineOf(columns.map(({ title }) => title)), ...cells.map(lineOf)]
}

/** Takes from the widest column that may shrink, until the line fits; each keeps its title and eight letters. */
function fit<Row>(widths: number[], columns: readonly Column<Row>[]) {
  const shortest = columns.map(({ title }) => Math.max(8, title.length))
  for (;;) {
    const total = widths.reduce((sum, width) => sum + width, gap.length * (widths.length - 1))
    const candidates = columns.flatMap(({ shrink }, at) => (shrink && widths[at]! > shortest[at]! ? [at] : []))
    if (total <= widthMax || candidates.length === 0) return
    const widest = candidates.reduce((most, at) => (widths[at]! > widths[most]! ? at : most))
    widths[widest]! -= 1
  }
}

function cut(text: string, width: number): string {
  const letters = [...text]
  return letters.length > width ? `${letters.slice(0, width - 1).join('')}…` : text + ' '.repeat(width - letters.length)
}

/** A guest's name, a subject or a server's reply must not move the cursor of an operator's terminal. */
export function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  return text.replaceAll(/[\u0000-\u001F\u007F-\u009F]+/g, ' ')
}

/** Titles and values under one another. */
export function facts(pairs: readonly (readonly [string, string | undefined])[]): string[] {
  const given = pairs.filter((pair): pair is [string, string] => pair[1] !== undefined)
  const width = Math.max(...given.map(([title]) => title.length))
  return given.map(([title, value]) => `${title.padEnd(width)}  ${oneLine(value)}`)
}
