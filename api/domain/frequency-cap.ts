import { transactionalKinds, type MessageKind } from './message.ts'
import { read, unread, type Reading } from './reading.ts'

/** What a host decides to send, and a guest can have too much of. All of these count together; what is transactional never does. */
export const cappedKinds = ['broadcast', 'reminder', 'resend'] as const satisfies readonly MessageKind[]
export type CappedKind = (typeof cappedKinds)[number]

/** So many mails within so many hours. */
export type FrequencyLimit = { mails: number; hours: number }

/** How often one address is mailed by one host at most. Null: messages of this kind go whatever went before; they count all the same. */
export type FrequencyCap = Readonly<Record<CappedKind, FrequencyLimit | null>>

/** Whoever allows more, within a month at the most, has no cap but a mistake. */
const mailsMax = 100
/** The longest that is looked back: what a guest got a month ago is no reason to be silent. */
const hoursMax = 30 * 24
const hoursOf: Record<string, number> = { h: 1, d: 24 }

/** An operator has one line to write, so one line tells all of it. */
export const frequencyCapExample = '3/24h reminder=5/24h broadcast=2/7d'

/** The limit under which a message of this kind stands; undefined when there is none. */
export function limitFor(cap: FrequencyCap | undefined, kind: MessageKind): FrequencyLimit | undefined {
  return (cap && isCapped(kind) && cap[kind]) || undefined
}

/** As operators read it: "3 mails within 24 hours", or kind by kind where they differ. */
export function frequencyCapInWords(cap: FrequencyCap): string {
  const [all, ...others] = new Set(cappedKinds.map((kind) => limitInWords(cap[kind])))
  if (others.length === 0) return all!
  return cappedKinds.map((kind) => `${kind}: ${limitInWords(cap[kind])}`).join(', ')
}

function limitInWords(limit: FrequencyLimit | null): string {
  if (!limit) return 'no limit'
  return `${limit.mails} ${limit.mails === 1 ? 'mail' : 'mails'} within ${limit.hours} ${limit.hours === 1 ? 'hour' : 'hours'}`
}

/** Reads "3/24h", or with other limits for single kinds "3/24h reminder=5/24h broadcast=2/7d resend=off". */
export function readFrequencyCap(text: string): Reading<FrequencyCap> {
  const limits = new Map<string, FrequencyLimit | null>()
  const parts = text.toLowerCase().split(/[\s,]+/)
  for (const part of parts.filter(Boolean)) {
    const [kind, limit] = part.includes('=') ? cut(part) : [forAll, part]
    const reading = readPart(kind, limit)
    if (!reading.ok) return unread(`“${part.slice(0, shownMax)}” ${reading.problem}`)
    if (limits.has(kind))
      return unread(`“${part.slice(0, shownMax)}” is a second limit for ${kind || 'all'}. Keep one.`)
    limits.set(kind, reading.value)
  }
  const usual = limits.get(forAll)
  if (!usual) return unread('It has no limit for all kinds. Begin with one, such as 3/24h.')
  const entries = cappedKinds.map((kind) => [kind, limits.has(kind) ? limits.get(kind) : usual])
  return read(Object.fromEntries(entries) as FrequencyCap)
}

/** The kind that a limit without a name stands for. */
const forAll = ''
/** Of a part that is wrong: enough to find it, and not a whole file that was pasted by mistake. */
const shownMax = 40

function readPart(kind: string, limit: string): Reading<FrequencyLimit | null> {
  if (kind !== forAll && !isCapped(kind)) {
    const isNeverCapped = transactionalKinds.some((each) => each === kind)
    const why = isNeverCapped ? 'is for a kind that is never capped' : 'is for a kind that we do not know'
    return unread(`${why}. Choose from ${cappedKinds.join(', ')}.`)
  }
  if (limit === 'off') return kind === forAll ? unread('is no limit. Leave it empty for no cap.') : read(null)
  const [, mails, count, unit] = /^(\d{1,6})\/(\d{1,6})([hd])$/.exec(limit) ?? []
  if (!mails || !count || !unit) return unread('is no limit. Write mails/hours or mails/days, such as 3/24h or 2/7d.')
  const hours = Number(count) * hoursOf[unit]!
  if (Number(mails) < 1 || Number(mails) > mailsMax) return unread(`allows ${mails} mails. Allow 1 to ${mailsMax}.`)
  if (hours < 1 || hours > hoursMax) return unread(`looks back ${count}${unit}. Look back 1h to ${hoursMax / 24}d.`)
  return read({ mails: Number(mails), hours })
}

function cut(part: string): [kind: string, limit: string] {
  const at = part.indexOf('=')
  return [part.slice(0, at), part.slice(at + 1)]
}

function isCapped(kind: string): kind is CappedKind {
  return cappedKinds.some((each) => each === kind)
}
