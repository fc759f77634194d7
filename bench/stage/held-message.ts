import { randomUUID } from 'node:crypto'
import { claimUnits } from '../../api/storage/claim-units.ts'
import { expandSlice } from '../../api/storage/expand.ts'
import { noticeGrowth } from '../../api/storage/growth.ts'
import { fireNextDue } from '../../api/storage/fire.ts'
import { loadInFlight } from '../../api/storage/in-flight.ts'
import type { Tables } from './events.ts'
import { messageDueNow, publicUrl, sender } from './messages.ts'

/** A message belongs to the provider under which it fired. Nobody sends through this one, so that its expansion waits for us. */
const nobody = 'nobody'

/** The default of NOTIFIER_UNIT_SIZE. */
const unitSize = 500

/** Who claims what is held: nobody renews these claims, and no benchmark needs them longer. */
export const claimant = { notifierId: randomUUID(), provider: nobody, leaseMs: 600_000 }

export type Expanded = { messageId: string; guests: number }

/**
 * Fires a message to everyone of an event and expands it, with the notifier's own statements, and holds it there: either for whoever claims
 * as `claimant`, or, paused, for those who send through `provider`. Its deliveries are then what they would be had nobody held it.
 */
export async function holdExpanded(tables: Tables, eventId: string, provider?: string): Promise<Expanded> {
  const { db } = tables
  const messageId = await messageDueNow(tables, eventId, { tell: false })
  const fired = await fireNextDue(db, { provider: nobody, from: sender, publicUrl })
  if (fired.kind !== 'fired' || fired.messageId !== messageId) throw new Error('somebody else fired this message')
  const message = await loadInFlight(db, messageId)
  const [unit] = await claimUnits(db, claimant, { units: 1 })
  if (!message || unit?.messageId !== messageId) throw new Error('there is nothing to expand')
  if (provider)
    await tables.pool.query(
      `update scheduled_messages set provider = $2, paused_at = now(), pause_reason = 'host' where id = $1`,
      [messageId, provider],
    )
  let guests = 0
  for (;;) {
    const slice = await expandSlice(db, unit, { audience: message.audience, unitSize, shard: 1 })
    if (slice.kind === 'lost') throw new Error('somebody else expands this message')
    guests += slice.added
    await noticeGrowth(db, slice.added)
    if (slice.kind === 'last') return { messageId, guests }
  }
}

/** Lets the notifiers have it, and tells them. */
export async function release({ pool }: Tables, messageId: string) {
  await pool.query(
    `with released as (update scheduled_messages set paused_at = null, pause_reason = null where id = $1 returning id)
     select pg_notify('tidings_due', '') from released`,
    [messageId],
  )
}
