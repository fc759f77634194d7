import { CsvError, parse, type Options } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import { columns, type GuestCells } from './guest-csv/columns.ts'
import { decodeCsv } from './guest-csv/decode.ts'
import { guardCell, unguardCell } from './guest-csv/formula.ts'
import { knownColumns, readHeader, type Header } from './guest-csv/header.ts'
import { read, unread, type Reading } from './reading.ts'
import { refusals } from './refusals.ts'
import { refused, type Refused } from './refusals/refusal.ts'
import { importBytesMax, importRowsMax } from './refusals/import-too-large.ts'

export type { GuestCells } from './guest-csv/columns.ts'

export type GuestRow = GuestCells & { line: number }
export type RejectedRow = { line: number; reason: string }

export type GuestFile = {
  kind: 'read'
  rows: GuestRow[]
  rejected: RejectedRow[]
  /** What was left out without being wrong, in words. */
  notes: string[]
}

/** The first that explains the header best is taken, so a comma wins where nothing decides. */
const delimiters = [',', ';', '\t']

/** No row of a guest list comes near. An unclosed quote would otherwise make one row of the rest of the file. */
const rowLengthMax = 100_000

const format: Options = {
  record_delimiter: ['\r\n', '\n', '\r'],
  // A quotation mark inside a cell that is not quoted is a letter: people have names such as 5" Tom.
  relax_quotes: true,
  relax_column_count: true,
  skip_empty_lines: true,
  max_record_size: rowLengthMax,
}

/**
 * Reads a guest list (RFC 4180, with what spreadsheets make of it). Rows that cannot be read are reported with their line; only a
 * file that is no list at all is refused. An apostrophe that `writeGuestCsv` has put before a cell is taken off again, so that an
 * export can be imported as it is.
 */
export function readGuestCsv(file: Uint8Array): GuestFile | Refused {
  if (file.byteLength > importBytesMax) return refused(refusals.importTooLarge)
  const text = decodeCsv(file)
  if (!text.ok) return refused(refusals.importUnreadable, text)
  try {
    return readText(text.value)
  } catch (error) {
    if (error instanceof CsvError) return refused(refusals.importUnreadable, { problem: wordsFor(error) })
    throw error
  }
}

/** Writes a guest list that is safe to open: every cell quoted, formulas guarded, UTF-8 with a byte order mark for spreadsheets. */
export function writeGuestCsv(guests: readonly GuestCells[]): string {
  const lines = guests.map((guest) => columns.map(({ key }) => guardCell(cellOf(guest[key]))))
  const header = columns.map((column) => column.header)
  return stringify([header, ...lines], { bom: true, quoted: true, quoted_empty: true, record_delimiter: '\r\n' })
}

function readText(text: string): GuestFile | Refused {
  const delimiter = delimiterOf(text)
  const file: GuestFile = { kind: 'read', rows: [], rejected: [], notes: [] }
  let header: Reading<Header> | undefined
  let count = 0

  // Rows are read as they are found and not kept as cells, so memory stays near the size of the file.
  parse(text, {
    ...format,
    delimiter,
    to: importRowsMax + 2,
    on_record: (cells: string[], { lines }) => {
      if (!header) header = readHeader(cells)
      else if (header.ok && cells.some((cell) => cell.trim() !== '') && ++count <= importRowsMax) {
        const line = lines - lineBreaksIn(cells)
        const row = readRow(cells.map(unguardCell), header.value, line)
        if (row.ok) file.rows.push(row.value)
        else file.rejected.push({ line, reason: row.problem })
      }
      return null
    },
  })

  header ??= readHeader([])
  if (!header.ok) return refused(refusals.importUnreadable, header)
  if (count > importRowsMax) return refused(refusals.importTooLarge)
  const { unknown } = header.value
  if (unknown.length > 0)
    file.notes.push(`Not imported: ${unknown.map((name) => `“${name.trim().slice(0, 40)}”`).join(', ')}.`)
  return file
}

function readRow(cells: readonly string[], header: Header, line: number): Reading<GuestRow> {
  const row: GuestRow = {
    line,
    name: null,
    email: null,
    phone: null,
    rsvpStatus: null,
    partySize: null,
    tags: [],
    household: null,
  }
  if (cells.slice(header.columns.length).some((cell) => cell.trim() !== '')) {
    return unread('This line has more cells than the first one. A cell with a comma in it needs quotation marks.')
  }
  const problems = cells.flatMap((cell, i) => {
    const column = header.columns[i]
    if (!column) return []
    const reading = column.read(cell)
    if (!reading.ok) return [reading.problem]
    Object.assign(row, { [column.key]: reading.value })
    return []
  })
  if (problems.length > 0) return unread(problems.join(' '))
  return row.name === null && row.email === null ? unread('This guest has no name and no e-mail address.') : read(row)
}

function delimiterOf(text: string): string {
  const [firstLine = ''] = /[^\r\n]{1,10000}/.exec(text) ?? []
  const sense = (delimiter: string) => knownColumns(firstLine.split(delimiter).map((cell) => cell.replaceAll('"', '')))
  return delimiters.reduce((best, other) => (sense(other) > sense(best) ? other : best))
}

/** The reader tells the line that a row ends on; people look for the one it begins on. */
function lineBreaksIn(cells: readonly string[]): number {
  return cells.reduce((sum, cell) => sum + (cell.match(/\r\n|\r|\n/g)?.length ?? 0), 0)
}

function cellOf(value: GuestCells[keyof GuestCells]): string {
  return Array.isArray(value) ? value.join('; ') : String(value ?? '')
}

const wordsOf: Partial<Record<string, (line: number) => string>> = {
  CSV_QUOTE_NOT_CLOSED: (line) => `A quotation mark is opened and never closed. The file was read to line ${line}.`,
  CSV_MAX_RECORD_SIZE: (line) =>
    `Line ${line} is far too long for a guest. Is there a quotation mark that is never closed?`,
}

function wordsFor(error: CsvError): string {
  const line = Number((error as CsvError & { lines?: number }).lines ?? 1)
  return wordsOf[error.code]?.(line) ?? `The file cannot be read from line ${line} on. Save it as CSV again.`
}
