import { createHash } from 'node:crypto'
import type { Mirror } from './oracle/mirror.ts'

/** Nothing is due, nothing is being sent, and no unit is left. What waits for its time tomorrow may wait. */
export function isQuiet(mirror: Mirror, now: number): boolean {
  if (mirror.units.size > 0) return false
  for (const { status, sendAt, eventId, reopened } of mirror.messages.values()) {
    if (status === 'sending' || reopened) return false
    const isDue = status === 'scheduled' && Date.parse(sendAt!) <= now
    if (isDue && mirror.events.get(eventId)?.status === 'published') return false
  }
  return true
}

/** What the rows came to, without ids and instants: two runs with the same end state took different ways to one place. */
export function endStateOf(mirror: Mirror): string {
  const messages = [...mirror.messages.values()]
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, kind, status }) => [
      kind,
      status,
      mirror
        .deliveriesOf(id)
        .toSorted((a, b) => a.seq - b.seq)
        .map(({ state, reason, attempt, generation }) => [state, reason, attempt, generation]),
    ])
  return createHash('sha256').update(JSON.stringify(messages)).digest('hex').slice(0, 16)
}
