import { markWired, type BatchedRow, type Mark } from '../../api/storage/wire.ts'
import type { Account } from './account.ts'
import { createBatcher } from './batcher.ts'
import type { Notifier } from './notifier.ts'

/** Rows of one wire mark: the open connections' next mails and no more, for all of them are in doubt if the process dies now. */
const rowsMax = 500

/** Marks rows as wired in micro-batches: all lines that have a connection in hand at this moment share one statement. */
export function createMarker({ db, transport, shard }: Notifier, account: Account) {
  const batcher = createBatcher<BatchedRow[], Mark[]>(async (calls) => {
    const limit = account.known().limited ? { account: account.key.account } : {}
    const marks = await markWired(db, { rows: calls.flat(), provider: transport.provider, shard, ...limit })
    const byRow = new Map(marks.map((mark) => [`${mark.messageId}/${mark.seq}`, mark]))
    return calls.map((rows) =>
      rows.map((row) => byRow.get(`${row.messageId}/${row.seq}`) ?? { ...row, verdict: 'held' as const }),
    )
  }, rowsMax)
  return (rows: BatchedRow[]) => batcher.add(rows)
}

export type Marker = ReturnType<typeof createMarker>
