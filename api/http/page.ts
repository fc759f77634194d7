import type { FastifyReply } from 'fastify'
import { pageLimitDefault } from '../contract/atoms.ts'
import type { CursorPosition, Cursors } from './cursor.ts'
import { answer } from './problem.ts'

export type Page<T> = { items: T[]; nextCursor: string | null }

/** Where a list goes on: nowhere yet, at a position, or a cursor that is not of this list. */
export type Start = { kind: 'start'; after: CursorPosition | undefined } | { kind: 'strange' }

/** Reads `?cursor=` of one list with one filter; `list` names both. */
export function startOf(cursors: Cursors, list: readonly unknown[], cursor: string | undefined): Start {
  if (cursor === undefined) return { kind: 'start', after: undefined }
  const after = cursors.read(list, cursor)
  return after ? { kind: 'start', after } : { kind: 'strange' }
}

export function refuseCursor(reply: FastifyReply) {
  return answer(reply, 'badCursor', { errors: [{ field: 'cursor', message: 'Leave the cursor out to start again.' }] })
}

/** One row more than asked for is read, which tells whether there is a next page. */
export function pageOf<Row, T>(
  rows: readonly Row[],
  page: { limit?: number; toJson: (row: Row) => T; next: (last: Row) => string },
): Page<T> {
  const limit = page.limit ?? pageLimitDefault
  const shown = rows.slice(0, limit)
  return {
    items: shown.map(page.toJson),
    nextCursor: rows.length > limit ? page.next(shown.at(-1)!) : null,
  }
}
