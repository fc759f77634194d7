import type { Event, EventChange, EventImpact } from '../../../api/contract/event.ts'
import { eventOf, type EventValues } from '../events/eventForm.ts'
import { clock, fullDay, plainDay } from '../time/words.ts'
import { cityOf } from '../time/zones.ts'

const fields = ['name', 'localStart', 'localEnd', 'timezone', 'venue', 'description', 'capacity', 'rsvpUntil'] as const

/** Only what was really edited: what a colleague changed meanwhile in another field stays theirs. */
export function changeOf(event: Event, values: EventValues): EventChange {
  const wanted: EventChange = eventOf(values)
  const edited = fields.filter((field) => comparable(wanted[field]) !== comparable(event[field]))
  return Object.fromEntries(edited.map((field) => [field, wanted[field]]))
}

/** "2027-03-14T18:00:00.000Z" and the same without milliseconds are one moment; seconds are never typed. */
function comparable(value: unknown): string {
  return typeof value === 'string' ? value.replace(/^(\d{4}-\d\d-\d\dT\d\d:\d\d).*$/, '$1') : String(value ?? '')
}

export function movesInTime(change: EventChange): boolean {
  return change.localStart !== undefined || change.timezone !== undefined
}

export type Touched = { id: string; label: string; oldSendAt: string | null; newSendAt: string | null }

/** What becomes of each message, the lists of the contract in one shape. */
export function touched(impact: EventImpact): Record<keyof EventImpact, readonly Touched[]> {
  const rows = (list: EventImpact['moved']) => list.map(({ messageId, ...rest }) => ({ id: messageId, ...rest }))
  return {
    moved: rows(impact.moved),
    added: impact.added.map(({ label, sendAt }) => ({ id: label, label, oldSendAt: null, newSendAt: sendAt })),
    rearmed: rows(impact.rearmed),
    cancelled: rows(impact.cancelled),
    nowAfterEvent: rows(impact.nowAfterEvent),
    nowBeforeEvent: rows(impact.nowBeforeEvent),
    alreadySending: rows(impact.alreadySending),
  }
}

export function touches(impact: EventImpact): number {
  return Object.values(touched(impact)).reduce((sum, list) => sum + list.length, 0)
}

type When = Pick<Event, 'startsAt' | 'timezone'>

/** The question, and the words of the safe answer: by day when the day changes, else by hour, else by place. */
export function moveWords(from: When, to: When): { question: string; keep: string } {
  const day = (when: When) => fullDay(when.startsAt, when.timezone)
  const hour = (when: When) => clock(when.startsAt, when.timezone)
  if (day(from) !== day(to)) {
    return { question: `Move it to ${day(to)}?`, keep: `Keep ${plainDay(from.startsAt, from.timezone)}` }
  }
  if (hour(from) !== hour(to)) return { question: `Move it to ${hour(to)}?`, keep: `Keep ${hour(from)}` }
  return { question: `Move it to ${cityOf(to.timezone)} time?`, keep: `Keep ${cityOf(from.timezone)} time` }
}
