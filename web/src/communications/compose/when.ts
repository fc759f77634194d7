import type { Event } from '../../../../api/contract/event.ts'
import type { Message, Rule } from '../../../../api/contract/message.ts'
import { addDays, instantOf, localOf } from '../../time/local.ts'

export type WhenKind = 'now' | 'at' | 'before' | 'draft'

/** When it goes out, as it stands in the form: what was typed for one way is kept while another is looked at. */
export type When = {
  kind: WhenKind
  /** In the event's zone. */
  date: string
  time: string
  amount: string
  unit: 'days' | 'hours'
  clock: string
  /** Of the day-of reminder; kept, and not asked for. */
  atLeastHoursBefore?: number
}

type Clock = Pick<Event, 'startsAt' | 'timezone'>

/** The contract's own limits. */
export const daysBeforeMax = 365
export const hoursBeforeMax = 720
const hourMs = 3_600_000

/** Tomorrow at ten by the event's clock: soon, and not in the middle of the night. */
export function freshWhen(event: Clock, now: Date): When {
  const date = addDays(localOf(now.toISOString(), event.timezone).slice(0, 10), 1)
  return { kind: 'at', date, time: '10:00', amount: '3', unit: 'days', clock: '09:00' }
}

export function whenOf(message: Pick<Message, 'sendAt' | 'rule'>, event: Clock, now: Date): When {
  const when = freshWhen(event, now)
  if (message.rule && 'hoursBefore' in message.rule) {
    return { ...when, kind: 'before', unit: 'hours', amount: String(message.rule.hoursBefore) }
  }
  if (message.rule) {
    const { daysBefore, localTime, atLeastHoursBefore } = message.rule
    return { ...when, kind: 'before', amount: String(daysBefore), clock: localTime, atLeastHoursBefore }
  }
  if (!message.sendAt) return { ...when, kind: 'draft' }
  const local = localOf(message.sendAt, event.timezone)
  return { ...when, kind: 'at', date: local.slice(0, 10), time: local.slice(11, 16) }
}

export function ruleOf({ amount, unit, clock, atLeastHoursBefore }: When): Rule | undefined {
  const count = /^\d{1,3}$/.test(amount.trim()) ? Number(amount) : Number.NaN
  if (unit === 'hours') return count >= 1 && count <= hoursBeforeMax ? { hoursBefore: count } : undefined
  if (!(count <= daysBeforeMax) || clock === '') return undefined
  return { daysBefore: count, localTime: clock, ...(atLeastHoursBefore === undefined ? {} : { atLeastHoursBefore }) }
}

/** The instant that is meant, as far as it can be told yet. The server has the last word. */
export function instantOfWhen(when: When, event: Clock): Date | undefined {
  if (when.kind === 'at')
    return when.date && when.time ? instantOf(`${when.date}T${when.time}`, event.timezone) : undefined
  const rule = when.kind === 'before' ? ruleOf(when) : undefined
  if (!rule) return undefined
  const start = Date.parse(event.startsAt)
  if ('hoursBefore' in rule) return new Date(start - rule.hoursBefore * hourMs)
  const day = addDays(localOf(event.startsAt, event.timezone).slice(0, 10), -rule.daysBefore)
  const atClock = instantOf(`${day}T${rule.localTime}`, event.timezone).getTime()
  const latest = rule.atLeastHoursBefore === undefined ? atClock : start - rule.atLeastHoursBefore * hourMs
  return new Date(Math.min(atClock, latest))
}

/** What the server is told. A draft keeps the time that was last chosen for it. */
export function timingOf(when: When, event: Clock): { sendAt: string | null } | { rule: Rule } {
  const rule = when.kind === 'before' ? ruleOf(when) : undefined
  if (rule) return { rule }
  const at = when.kind === 'at' ? instantOfWhen(when, event) : undefined
  return { sendAt: at?.toISOString() ?? null }
}

/** A mistake in time, said before the server has to. */
export function whenFault(when: When, event: Clock, now: Date): string | undefined {
  if (when.kind !== 'at' && when.kind !== 'before') return undefined
  const at = instantOfWhen(when, event)
  if (!at) return unfinished[when.kind === 'at' ? 'at' : when.unit]
  if (at <= now) return 'That time has passed. Choose a later one, or send it now.'
  if (when.kind === 'before' && at.getTime() >= Date.parse(event.startsAt)) {
    return 'That is after the event begins. Choose an earlier time.'
  }
  return undefined
}

const unfinished = {
  at: 'Choose a date and a time.',
  days: `Write a number of days up to ${daysBeforeMax}, and a time.`,
  hours: `Write a number of hours from 1 to ${hoursBeforeMax}.`,
}
