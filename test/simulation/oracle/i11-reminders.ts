import type { Change } from '../database/change.ts'
import { changeOf, type EventRow, type MessageRow, type Mirror } from './mirror.ts'
import { violated, type Invariant } from './invariant.ts'

export const reminders: Invariant = {
  id: 'I11',
  says: 'A reminder goes out at the instant that its rule means in the zone of the event, and moves with the event.',
  watch({ mirror }) {
    return {
      afterCommit(changes) {
        for (const messageId of remindersTouched(mirror, changes)) {
          const message = mirror.messages.get(messageId)!
          const event = mirror.events.get(message.eventId)!
          const expected = instantOf(message.rule as Rule, event)
          const stored = Date.parse(message.sendAt!)
          if (stored !== expected) {
            const told = `${new Date(stored).toISOString()}, not at ${new Date(expected).toISOString()}`
            violated(
              'I11',
              `${message.reminderKey} of an event at ${event.localStart} in ${event.timezone} goes at ${told}`,
            )
          }
        }
      },
    }
  },
}

/** Those that wait, have a rule, and were written or belong to an event that was written. */
function remindersTouched(mirror: Mirror, changes: readonly Change[]): string[] {
  const events = new Set(changes.flatMap((change) => changeOf<EventRow>(change, 'events')?.is?.id ?? []))
  const messages = new Set(
    changes.flatMap((change) => changeOf<MessageRow>(change, 'scheduled_messages')?.is?.id ?? []),
  )
  return [...mirror.messages.values()]
    .filter(({ rule, status }) => rule !== null && status === 'scheduled')
    .filter(({ id, eventId }) => messages.has(id) || events.has(eventId))
    .map(({ id }) => id)
}

type Rule = { daysBefore: number; localTime: string; atLeastHoursBefore?: number } | { hoursBefore: number }

const hourMs = 3_600_000

/** The rules of reminders once more, written without looking at the product and with another library: Intl instead of Temporal. */
function instantOf(rule: Rule, { localStart, timezone }: EventRow): number {
  const start = instantAt(localStart, timezone)
  if ('hoursBefore' in rule) return start - rule.hoursBefore * hourMs
  const day = new Date(Date.parse(`${localStart.slice(0, 10)}T00:00Z`) - rule.daysBefore * 24 * hourMs)
  const atClock = instantAt(`${day.toISOString().slice(0, 10)}T${rule.localTime}`, timezone)
  return rule.atLeastHoursBefore === undefined ? atClock : Math.min(atClock, start - rule.atLeastHoursBefore * hourMs)
}

/** Of a time that comes twice, the first; a time that is skipped is read with the offset before the gap. */
function instantAt(wallTime: string, timezone: string): number {
  const asIfUtc = Date.parse(`${wallTime.slice(0, 16)}Z`)
  const before = asIfUtc - offsetAt(asIfUtc - 24 * hourMs, timezone)
  const after = asIfUtc - offsetAt(asIfUtc + 24 * hourMs, timezone)
  const isShown = (instant: number) => instant + offsetAt(instant, timezone) === asIfUtc
  return [before, after].toSorted((a, b) => a - b).find(isShown) ?? before
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** What the clocks of a zone are ahead of UTC. */
function offsetAt(instant: number, timezone: string): number {
  let format = formats.get(timezone)
  if (!format) {
    const parts = {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    } as const
    formats.set(timezone, (format = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, ...parts })))
  }
  // Swedish writes dates as ISO 8601 does.
  return Date.parse(`${format.format(instant).replace(' ', 'T')}Z`) - Math.floor(instant / 1000) * 1000
}
