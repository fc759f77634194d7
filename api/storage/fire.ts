import { sql } from 'kysely'
import type { FrequencyCap } from '../domain/frequency-cap.ts'
import { planFiring, priorityAt } from '../domain/firing.ts'
import type { Mailbox } from '../domain/mail.ts'
import { audienceOf, type Audience } from './audience.ts'
import type { Db } from './database.ts'
import { dueMessages } from './due.ts'
import { lineOf, queueExpansion, writeRecipient } from './expand.ts'
import { freezeContent } from './frozen-content.ts'
import { lockDue, type Due } from './lock-due.ts'
import { writeLinks } from './message-links.ts'
import { writeSlice } from './slice.ts'
import { takeTurns } from './turns.ts'

export type Firer = {
  provider: string
  from: Mailbox
  publicUrl: string
  frequencyCap?: FrequencyCap
  /** With it a small audience becomes deliveries at once, and a large one begins to. Without it every message gets an expansion unit. */
  expansion?: { unitSize: number; shard: number }
}

export type Fired =
  | { kind: 'fired'; messageId: string; lateMs: number; added: number; queued: boolean }
  | { kind: 'missed'; messageId: string; lateMs: number }
  | { kind: 'busy'; messageId: string } // somebody edits the event or its messages at this moment, or another notifier fires it

/** Guests of the first slice, of the transaction that fires: most events have fewer, and the first mails of a large one leave at once. */
const firstSliceSize = 500

/** Fires the most urgent due message, and only that. */
export async function fireNextDue(db: Db, firer: Firer): Promise<Fired | { kind: 'nothingDue' }> {
  const [next] = await dueMessages(db)
  return next === undefined ? { kind: 'nothingDue' } : (await fireMessages(db, firer, [next]))[0]!
}

/**
 * Moves due messages from scheduled to sending, in one transaction: freezes their words and those of their events, and begins their
 * expansion. The event rows are locked first, as every edit does, so that no message goes out half edited; what is locked by
 * somebody else is passed over and not waited for.
 */
export async function fireMessages(db: Db, firer: Firer, ids: readonly string[]): Promise<Fired[]> {
  return db.transaction().execute(async (tx) => {
    const due = await lockDue(tx, ids)
    const planned = due.map((each) => ({
      ...each,
      plan: planFiring(each.message, each.event, each.nextIsDue, each.now),
    }))
    const missed = planned.filter(({ plan }) => plan.kind === 'missed')
    const firing = planned.flatMap((each) => (each.plan.kind === 'fire' ? [{ ...each, plan: each.plan }] : []))
    await markMissed(
      tx,
      missed.map(({ message }) => message.id),
    )
    const fired = await fireAll(tx, firer, firing)
    const done = new Set(due.map(({ message }) => message.id))
    return [
      ...fired,
      ...missed.map((each) => ({ kind: 'missed' as const, messageId: each.message.id, lateMs: latenessOf(each) })),
      ...ids.filter((id) => !done.has(id)).map((messageId) => ({ kind: 'busy' as const, messageId })),
    ]
  })
}

async function fireAll(db: Db, firer: Firer, firing: readonly Firing[]): Promise<Fired[]> {
  await takeTurns(db, firing.map(placeOf))
  const fired = []
  for (const each of firing) fired.push({ firing: each, begun: await beginExpansion(db, firer, each) })
  await markFired(db, firer, fired)
  return fired.map(({ firing: each, begun: { added, queued } }) => ({
    kind: 'fired',
    messageId: each.message.id,
    lateMs: latenessOf(each),
    added,
    queued,
  }))
}

type Firing = Due & { plan: { expiresAt: Date } }
type Begun = { added: number; queued: boolean; total: number | null }

function placeOf({ message, event, plan, now }: Firing) {
  return { hostId: event.hostId, priority: priorityAt(message.kind, event, now), expiresAt: plan.expiresAt }
}

/** A small audience, or a single recipient, becomes deliveries here; what is left of a large one is for an expansion unit. */
async function beginExpansion(db: Db, { expansion, provider, frequencyCap }: Firer, firing: Firing): Promise<Begun> {
  const { message, event, now } = firing
  const line = lineOf({ id: message.id, provider }, placeOf(firing))
  if (!expansion) {
    await queueExpansion(db, line, null)
    return { added: 0, queued: true, total: null }
  }
  if (message.recipient !== null) {
    await writeRecipient(db, line, { address: message.recipient, name: event.hostName, shard: expansion.shard })
    return { added: 1, queued: true, total: 1 }
  }
  const audience = audienceOf({ ...message, firedAt: now }, event.hostId, { frequencyCap })
  // One that is sent again asks more, and comes too seldom to be worth a plan that is kept.
  const name = audience.unopenedOf ? undefined : sliceName(audience)
  const { added, queued, next } = await writeSlice(db, line, { audience, ...expansion }, null, firstSliceSize, name)
  if (next) await queueExpansion(db, line, next)
  return { added, queued: queued || next !== undefined, total: next ? null : added }
}

/** Each of these texts has a plan of its own. */
function sliceName({ guestId, cap }: Audience) {
  if (guestId) return 'first_slice_for_one'
  return cap ? 'first_slice_capped' : 'first_slice'
}

async function markFired(
  db: Db,
  { provider, from, publicUrl }: Firer,
  fired: readonly { firing: Firing; begun: Begun }[],
) {
  if (fired.length === 0) return
  const frozen = fired.map(({ firing: { message, event, now } }) => {
    const host = { name: event.hostName, email: event.hostEmail }
    const content = freezeContent({ message, event, host, from, publicUrl, firedAt: now, tracking: event })
    return { messageId: message.id, content }
  })
  await writeLinks(db, frozen)
  await sql`
    update scheduled_messages m set
      status = 'sending', fired_at = now(), updated_at = now(), provider = ${provider},
      fired_version = m.version, expires_at = f.expires_at, content = f.content::jsonb, total = f.total
    from unnest(${frozen.map(({ messageId }) => messageId)}::uuid[], ${fired.map(({ firing }) => firing.plan.expiresAt)}::timestamptz[],
      ${frozen.map(({ content }) => JSON.stringify(content))}::text[], ${fired.map(({ begun }) => begun.total)}::int[]) as f(id, expires_at, content, total)
    where m.id = f.id and m.status = 'scheduled'`.execute(db)
}

async function markMissed(db: Db, ids: readonly string[]) {
  if (ids.length === 0) return
  await sql`
    update scheduled_messages m set status = 'failed', end_reason = 'missed', finished_at = now(), updated_at = now()
    where m.id = any(${[...ids]}::uuid[]) and m.status = 'scheduled'`.execute(db)
}

const latenessOf = ({ message, now }: Due) => now.getTime() - message.sendAt.getTime()
