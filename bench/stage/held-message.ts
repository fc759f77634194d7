import { randomUUID } from 'node:crypto'
import { claimUnits } from '../../api/storage/claim-units.ts'
import { expandSlice } from '../../api/storage/expand.ts'
import { noticeGrowth } from '../../api/storage/growth.ts'
import { fireNextDue } from '../../api/storage/fire.ts'
import { loadInFlight } from '../../api/storage/in-flight.ts'
import type { Tables } from './events.ts'
import { messageDueNow, publicUrl, sender } from './messages.ts'

/** A message belongs to the provider under which it fired. Nobody sends through this one, so its deliveries wait for us. */
const nobody = 'nobody'

/** The default of NOTIFIER_UNIT_SIZE. */
const unitSize = 500

/** Who claims what is held: nobody renews these claims, and no benchmark needs them longer. */
export const claimant = { notifierId: randomUUID(), provider: nobody, leaseMs: 600_000 }

export type Expanded = { messageId: string; guests: number }

/** Fires a message to everyone of an event and expands it, with the notifier's own statements, and holds it there. */
export async function holdExpanded(tables: Tables, eventId: string): Promise<Expanded> {
  const { db } = tables
  const messageId = await messageDueNow(tables, eventId, { tell: false })
  const fired = await fireNextDue(db, { provider: nobody, from: sender, publicUrl })
  if (fired.kind !== 'fired' || fired.messageId !== messageId) throw new Error('somebody else fired this message')
  const message = await loadInFlight(db, messageId)
  const [unit] = await claimUnits(db, claimant, { units: 1 })
  if (!message || unit?.messageId !== messageId) throw new Error('there is nothing to expand')
  let guests = 0
  for (;;) {
    const slice = await expandSlice(db, unit, { audience: message.audience, unitSize, shard: 1 })
    if (slice.kind === 'lost') throw new Error('somebody else expands this message')
    guests += slice.added
    await noticeGrowth(db, slice.added)
    if (slice.kind === 'last') return { messageId, guests }
  }
}

/** Lets the notifiers of `provider` have it, and tells them. */
export async function release({ pool }: Tables, messageId: string, provider = 'smtp') {
  await pool.query(
    `with released as (update scheduled_messages set provider = $2 where id = $1 returning id)
     select pg_notify('tidings_due', '') from released`,
    [messageId, provider],
  )
}
