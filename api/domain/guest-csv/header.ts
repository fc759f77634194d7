import { read, unread, type Reading } from '../reading.ts'
import { columnOf, columns } from './columns.ts'

/** Far more than a guest list has, and few enough to look at one by one. */
const headersMax = 100

export type Header = { columns: ReturnType<typeof columnOf>[]; unknown: string[] }

/** Reads the first line of a file: which column stands where. */
export function readHeader(cells: readonly string[]): Reading<Header> {
  if (cells.length > headersMax) return unread(`A file can have ${headersMax} columns at most.`)
  const found = cells.map(columnOf)
  if (!found.some((column) => column?.key === 'name' || column?.key === 'email')) {
    const names = columns.map((column) => column.header).join(', ')
    return unread(`The first line does not name the columns. It must have name or email; known are ${names}.`)
  }
  const twice = columns.find((column) => found.filter((other) => other === column).length > 1)
  if (twice) return unread(`There are two columns for ${twice.header}. Keep one of them.`)
  return read({ columns: found, unknown: cells.filter((cell, i) => !found[i] && cell.trim() !== '') })
}

/** How many columns the cells name; the right delimiter is the one that makes the most sense of the first line. */
export function knownColumns(cells: readonly string[]): number {
  return cells.slice(0, headersMax).filter(columnOf).length
}
