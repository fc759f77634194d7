import type { Audience } from '../../../api/contract/lists.ts'
import type { Counts, Message } from '../../../api/contract/message.ts'
import { clock, distance, shortDay, shortWhen } from '../time/words.ts'
import { cityOf } from '../time/zones.ts'

export const number = (value: number) => value.toLocaleString('en')

/** "1 guest", "1,284 guests". */
export const guests = (count: number) => `${number(count)} ${count === 1 ? 'guest' : 'guests'}`

/** "attending, maybe". A key that the server's list does not have is ours alone and stays out of sight. */
export function audienceWords(keys: readonly string[], audiences: readonly Audience[]): string {
  const labels = keys.flatMap((key) => audiences.find((one) => one.key === key)?.label.toLowerCase() ?? [])
  return labels.length > 0 ? labels.join(', ') : 'guests'
}

/** "To 56: attending, maybe, pending" */
export function toWords(message: Pick<Message, 'audience' | 'recipients'>, audiences: readonly Audience[]): string {
  return `To ${number(message.recipients)}: ${audienceWords(message.audience, audiences)}`
}

/** "7 Mar", for the margin. */
export const marginDay = (at: string, zone: string) => shortDay(at, zone).replace(/^\S+ /, '')

/** "Sun 09:00" */
export const marginTime = (at: string, zone: string) => `${shortDay(at, zone).split(' ')[0]} ${clock(at, zone)}`

const dayMs = 24 * 3_600_000

/** "in 5 days", counted on the event's calendar: the day after tomorrow is two days off at any hour. Hours matter on the last day only. */
export function farAway(at: string, now: Date, zone: string): string {
  if (Date.parse(at) - now.getTime() < dayMs) return distance(at, now)
  const days = (dayOf(at, zone) - dayOf(now, zone)) / dayMs
  return `in ${days} ${days === 1 ? 'day' : 'days'}`
}

const dayOf = (at: string | Date, zone: string) =>
  Date.parse(new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(new Date(at)))

/** From evening until the message leaves: a change in between is what a host wonders about. */
const eveningHours = 4

/** What the clocks do in the night before a message leaves, or nothing. */
export function clockNote(at: string, zone: string): string | undefined {
  const shown = clock(at, zone)
  const sinceMidnight = Number(shown.slice(0, 2)) * 60 + Number(shown.slice(3))
  const evening = new Date(Date.parse(at) - (sinceMidnight + eveningHours * 60) * 60_000)
  const change = offsetMinutes(at, zone) - offsetMinutes(evening, zone)
  if (change === 0) return undefined
  return `Clocks go ${change > 0 ? 'forward' : 'back'} that night. Still ${shown} in ${cityOf(zone)}.`
}

function offsetMinutes(at: string | Date, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
    hourCycle: 'h23',
  }).format(new Date(at))
  return Math.round((Date.parse(`${parts.replace(', ', 'T')}Z`) - new Date(at).getTime()) / 60_000)
}

/** "1,279 sent, 61% opened", "12 sent, 3 failed, 2 skipped": what a host looks for first. */
export function sentWords({ status, counts, endReason }: Pick<Message, 'status' | 'counts' | 'endReason'>): string {
  if (status === 'failed' && counts.sent === 0 && endReason) return endReason
  if (counts.total === 0) return 'Nobody was in the audience'
  const parts = [
    `${number(counts.sent)} sent`,
    counts.failed > 0 && `${number(counts.failed)} failed`,
    counts.bounced > 0 && `${number(counts.bounced)} bounced`,
    counts.unknown > 0 && `${number(counts.unknown)} unknown`,
    counts.skipped > 0 && `${number(counts.skipped)} skipped`,
    counts.opened > 0 && `${percent(counts.opened, counts.sent)} opened`,
  ]
  return parts.filter(Boolean).join(', ')
}

/** "The mail provider's quota is used up. Nobody is lost: it goes on by itself, next tried Sun 14 Mar, 18:00." */
export function waitWords({ reason, until }: NonNullable<Message['waitsFor']>, zone: string): string {
  return `${reason} Nobody is lost: it goes on by itself, next tried ${shortWhen(until, zone)}.`
}

/** Rounded down: 100% means everyone. */
export function percent(part: number, whole: number): string {
  return `${whole === 0 ? 0 : Math.floor((100 * part) / whole)}%`
}

/** Whatever became of them: these are done with. Skipped guests were never to be mailed. */
export function doneOf(counts: Counts): { done: number; toSend: number } {
  const toSend = counts.total - counts.skipped
  return { done: toSend - counts.queued, toSend }
}
