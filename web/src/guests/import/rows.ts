import type { ImportReport } from '../../../../api/contract/guest.ts'

export type LeftOutRow = { line: number; reason: string; text: string }

/** The rejected rows that the report names, with what stands in the file there. Lines count from 1, the header included. */
export function leftOutRows(report: ImportReport, text: string): LeftOutRow[] {
  const lines = text.split(/\r\n|\n|\r/)
  return report.rejected.map(({ line, reason }) => ({ line, reason, text: lines[line - 1]?.trim() ?? '' }))
}

/** How many rows the file had, and how many of them will be in the list afterwards. */
export function rowCounts({ created, updated, unchanged, rejectedTotal }: ImportReport) {
  const ready = created + updated + unchanged
  return { ready, all: ready + rejectedTotal }
}

/** What an import did, the rows that it left out included: who sent 500 rows does not read "490 added" as all of them. */
export function importedWords({ created, updated, rejectedTotal }: ImportReport): string {
  const n = (value: number) => value.toLocaleString('en')
  const leftOut = rejectedTotal > 0 ? `, ${n(rejectedTotal)} ${rejectedTotal === 1 ? 'row' : 'rows'} left out` : ''
  return `${n(created)} added, ${n(updated)} updated${leftOut}. Nobody got a mail.`
}

/** The same file with only those rows, to be mended and imported again. */
export function leftOutFile(rows: readonly LeftOutRow[], text: string): Blob {
  const [header = ''] = text.split(/\r\n|\n|\r/)
  return new Blob([[header, ...rows.map((row) => row.text), ''].join('\n')], { type: 'text/csv' })
}
