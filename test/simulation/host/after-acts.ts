import { retryGuests, resolveUnknown } from '../../../api/http/messages/second-tries.ts'
import { applyEvidence } from '../../../api/storage/evidence.ts'
import { holdSending, releaseSending } from '../../../api/storage/hold.ts'
import { apiShard } from '../../../api/storage/stop-messages.ts'
import type { DeliveryRow } from '../oracle/mirror.ts'
import { messageIsKept, type Act } from './act.ts'
import type { Desk } from './desk.ts'

// What comes after a message has gone out, and what an operator does.

const retry: Act = {
  name: 'try those again who failed',
  weight: 3,
  async run(desk) {
    const messageId = messageWith(desk, ({ state }) => state === 'failed')
    return messageId ? messageIsKept(await retryGuests(desk.deps, editingOf(desk, messageId), 'all')) : undefined
  },
}

const resolve: Act = {
  name: 'decide about those of whom nobody knows',
  weight: 3,
  async run(desk) {
    const messageId = messageWith(desk, ({ state }) => state === 'unknown')
    if (!messageId) return undefined
    const as = desk.random.pick(['resend', 'leave'] as const)
    return messageIsKept(await resolveUnknown(desk.deps, editingOf(desk, messageId), { deliveries: 'all', as }))
  },
}

/** Providers report when they like, and more than once. */
const report: Act = {
  name: 'hear from the provider of a mail that it has taken',
  weight: 4,
  async run({ deps, host, mirror, random, taken }) {
    const own = taken.filter(({ tag }) => mirror.eventOf(tag.split('_')[0]!)?.hostId === host.id)
    if (own.length === 0) return undefined
    const { tag, id } = random.pick(own)
    const [messageId, seq, generation] = tag.split('_') as [string, string, string]
    const evidence = { messageId, seq: Number(seq), generation: Number(generation), providerMessageId: id }
    await applyEvidence(deps.database.db, [evidence], apiShard)
    return (mirrored) => mirrored.delivery(messageId, evidence.seq)?.state !== 'unknown'
  },
}

const hold: Act = {
  name: 'hold all sending',
  weight: 1,
  async run({ deps }) {
    await holdSending(deps.database.db, { reason: null, heldBy: 'the simulation' })
    return () => true
  },
}

const release: Act = {
  name: 'release all sending',
  weight: 2,
  async run({ deps }) {
    await releaseSending(deps.database.db)
    return () => true
  },
}

export const afterActs: readonly Act[] = [retry, resolve, report, hold, release]

function messageWith({ mirror, host, random }: Desk, fits: (row: DeliveryRow) => boolean): string | undefined {
  const rows = [...mirror.deliveries.values()].filter((row) => mirror.eventOf(row.messageId)?.id === host.eventId)
  const fitting = [...new Set(rows.filter(fits).map(({ messageId }) => messageId))]
  return fitting.length > 0 ? random.pick(fitting) : undefined
}

function editingOf({ host }: Desk, messageId: string) {
  return { key: { eventId: host.eventId, messageId }, userId: host.id, versions: undefined }
}
