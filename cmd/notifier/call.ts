import { createHash } from 'node:crypto'
import type { Mail } from '../../api/domain/mail.ts'
import type { Outcome } from '../../api/domain/retry.ts'
import type { SendableRow } from '../../api/storage/rows.ts'
import type { BatchedRow } from '../../api/storage/wire.ts'
import type { Job } from './hand.ts'

/** A row with its mail, ready to be marked. */
export type Written = { row: SendableRow; mail: Mail }

/** What one call carries: the mails, the key of a call with several, and the digest that a replay must match. */
export type Call = { written: Written[]; batchKey?: string; unwritable: { row: SendableRow; outcome: Outcome }[] }

/**
 * Writes the mails of a job. One that cannot be written is a fault of its own row and stops no other.
 */
export function writeCall(job: Job, batchMax: number): Call {
  const written: Written[] = []
  const unwritable: Call['unwritable'] = []
  for (const row of job.rows) {
    try {
      written.push({ row, mail: job.message.mails.mailFor({ ...row, messageId: job.message.id }) })
    } catch (error) {
      unwritable.push({ row, outcome: cannotBeWritten(error) })
    }
  }
  return { written, unwritable, batchKey: batchKeyOf(job, batchMax) }
}

/** One key for a call with several mails: `{messageId}-{lo}-{generation}`, where lo is its first row. */
function batchKeyOf({ rows, message, replay }: Job, batchMax: number) {
  if (replay) return `${message.id}-${replay.lo}-${replay.generation}`
  const first = rows[0]!
  return batchMax > 1 && rows.length > 1 ? `${message.id}-${first.seq}-${first.generation}` : undefined
}

function cannotBeWritten(error: unknown): Outcome {
  return {
    state: 'failed',
    reason: 'This mail could not be written.',
    reply: error instanceof Error ? error.message : String(error),
  }
}

/** What the wire mark needs to know of each row; rows of a batch carry their mail's digest. */
export function rowsToMark({ unit, rows }: Job, { written, batchKey }: Call): BatchedRow[] {
  const first = rows[0]!
  return written.map(({ row, mail }) => ({
    messageId: unit.messageId,
    seq: row.seq,
    unitId: unit.id,
    epoch: unit.epoch,
    batch: batchKey ? { lo: first.seq, generation: first.generation, digest: digestOf(mail) } : undefined,
  }))
}

/** The digest of a whole call, as the wire mark stores it. */
export function digestOfCall(written: readonly Written[]): Buffer {
  return createHash('sha256')
    .update(Buffer.concat(written.map(({ mail }) => digestOf(mail))))
    .digest()
}

function digestOf(mail: Mail): Buffer {
  const bytes = JSON.stringify([mail.messageId, mail.envelope, mail.parts()])
  return createHash('sha256').update(bytes).digest()
}
