import { createHash } from 'node:crypto'
import type { Mail } from '../../api/domain/mail.ts'
import type { Outcome } from '../../api/domain/retry.ts'
import type { SendableRow } from '../../api/storage/rows.ts'
import type { BatchedRow } from '../../api/storage/wire.ts'
import type { Job } from './hand.ts'

/** A row with its mail, ready to be marked; in a call with several mails with the digest of its own. */
export type Written = { row: SendableRow; mail: Mail; digest?: Buffer }

/** A call of a transport that takes several mails, named by its message and the row that it began with. */
export type BatchName = { messageId: string; lo: number; generation: number }

/** What one call carries. Those that could not be written are a fault of their own row and stop no other. */
export type Call = { written: Written[]; unwritable: { row: SendableRow; outcome: Outcome }[]; batch?: BatchName }

/** Writes the mails of a job. `batchMax` is the transport's. */
export function writeCall(job: Job, batchMax: number): Call {
  const written: Written[] = []
  const unwritable: Call['unwritable'] = []
  for (const row of job.rows) {
    try {
      const mail = job.message.mails.mailFor({ ...row, messageId: job.message.id })
      written.push({ row, mail, ...((batchMax > 1 || job.replay) && { digest: digestOf(mail) }) })
    } catch (error) {
      unwritable.push({ row, outcome: cannotBeWritten(row, error) })
    }
  }
  return { written, unwritable, batch: batchOf(job, written, batchMax) }
}

function batchOf({ message, replay }: Job, written: Written[], batchMax: number): BatchName | undefined {
  if (replay) return { messageId: message.id, lo: replay.lo, generation: replay.generation }
  // One mail is a batch, too: were its answer lost and the mail put into a larger call, no provider would know it again.
  if (batchMax === 1 || written.length === 0) return undefined
  const { seq, generation } = written[0]!.row
  return { messageId: message.id, lo: seq, generation }
}

/** The idempotency key of a call with several mails. No mail that goes alone has the same. */
export function keyOf({ messageId, lo, generation }: BatchName): string {
  return `${messageId}-${lo}-${generation}-batch`
}

/** An earlier try of it may have gone, and then nobody knows whether the guest has it. */
function cannotBeWritten({ doubted, doubtForMs }: SendableRow, error: unknown): Outcome {
  const reply = error instanceof Error ? error.message : String(error)
  const mayHaveGone = doubted === true || typeof doubtForMs === 'number'
  return mayHaveGone
    ? { state: 'unknown', reason: 'An earlier try may have been sent. This mail could not be written again.', reply }
    : { state: 'failed', reason: 'This mail could not be written.', reply }
}

/** What the wire mark needs to know of each row; rows of a batch carry their mail's digest. */
export function rowsToMark({ unit }: Job, { written, batch }: Call): BatchedRow[] {
  return written.map(({ row, digest }) => ({
    messageId: unit.messageId,
    seq: row.seq,
    unitId: unit.id,
    epoch: unit.epoch,
    batch: batch && { lo: batch.lo, generation: batch.generation, digest: digest! },
  }))
}

/** The digest of a whole call, as the wire mark stores it. */
export function digestOfCall({ written }: Call): Buffer {
  return createHash('sha256')
    .update(Buffer.concat(written.map(({ digest }) => digest!)))
    .digest()
}

function digestOf(mail: Mail): Buffer {
  const bytes = JSON.stringify([mail.messageId, mail.envelope, mail.parts()])
  return createHash('sha256').update(bytes).digest()
}
