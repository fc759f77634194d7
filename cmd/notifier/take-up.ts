import { loadOpenBatches, loadQueuedRows, rescueWired } from '../../api/storage/rows.ts'
import type { Unit } from '../../api/storage/units.ts'
import type { Hand, HeldUnit, Job } from './hand.ts'
import type { Compiled, MessageCache } from './in-flight.ts'
import type { Ledger } from './ledger.ts'
import type { Notifier } from './notifier.ts'

/** Attachments go singly: batch calls of the providers that have them take none. */
const singlyKinds: readonly Compiled['kind'][] = ['confirmation']

/**
 * Takes up a claimed unit: settles what a former owner left on the wire, loads the rows that can go, and puts them into this
 * process's hand as jobs of one call each.
 */
export async function takeUp(notifier: Notifier, unit: Unit, hand: Hand, messages: MessageCache, ledger: Ledger) {
  const { db, transport, shard, log } = notifier
  const held: HeldUnit = { ...unit, left: 0, lost: false, replayInMs: 0 }
  hand.hold(held)

  const message = await messages.get(unit.messageId)
  if (!message) return ledger.settle(held)

  const { deduplicates, evidenceWithinMs } = transport
  const rescue = { policy: message.policy, deduplicates, evidenceWithinMs, shard }
  const unknown = await rescueWired(db, unit, rescue)
  if (unknown > 0) log.warn({ messageId: unit.messageId, unknown }, 'deliveries are unknown after a crash and are held')

  const jobs = [...(await replays(notifier, held, message)), ...(await firstCalls(notifier, held, message))]
  if (jobs.length === 0) return ledger.settle(held)
  held.left = jobs.reduce((sum, job) => sum + job.rows.length, 0)
  for (const job of jobs) hand.put(job)
}

async function replays({ db, transport }: Notifier, unit: HeldUnit, message: Compiled): Promise<Job[]> {
  if (transport.batchMax === 1) return []
  const batches = await loadOpenBatches(db, unit)
  return batches.map(({ rows, ...replay }) => ({ unit, message, rows, replay }))
}

async function firstCalls({ db, transport }: Notifier, unit: HeldUnit, message: Compiled): Promise<Job[]> {
  const rows = await loadQueuedRows(db, unit)
  const perCall = singlyKinds.includes(message.kind) ? 1 : transport.batchMax
  const calls = Math.ceil(rows.length / perCall)
  return Array.from({ length: calls }, (_, call) => ({
    unit,
    message,
    rows: rows.slice(call * perCall, (call + 1) * perCall),
  }))
}
