import { isReached, type Figure, type Report } from '../bench.ts'

const words = new Map([
  [true, 'reached'],
  [false, 'MISSED'],
])

export const figureColumns = ['what', 'value', 'target', '', 'rounds']

/** One line of the table of figures. */
export function figureRow(figure: Figure): (string | number)[] {
  const { what, value, unit, target, rounds = [] } = figure
  const wanted = !target ? '' : 'atLeast' in target ? `>= ${target.atLeast}` : `<= ${target.atMost}`
  const reached = isReached(figure)
  return [what, `${value} ${unit}`, wanted, reached === undefined ? '' : words.get(reached)!, rounds.join(' ')]
}

export function printReport({ figures, tables, notes = [], plans = [] }: Report) {
  for (const { title, columns, rows } of tables) console.log(`\n${title}\n${aligned([columns, ...rows])}`)
  if (figures.length > 0) console.log(`\n${aligned([figureColumns, ...figures.map(figureRow)])}`)
  for (const { title, lines } of plans) console.log(`\n${title}\n${lines.join('\n')}`)
  for (const note of notes) console.log(`\n${note}`)
}

/** Columns side by side: words to the left, numbers to the right. */
function aligned(rows: (string | number)[][]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)))
  const cell = (value: string | number, width: number) =>
    typeof value === 'number' ? String(value).padStart(width) : value.padEnd(width)
  return rows
    .map((row) =>
      row
        .map((value, column) => cell(value, widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
