import type { Event } from '../../../../api/contract/event.ts'
import type { Message, MessageChange } from '../../../../api/contract/message.ts'
import { freshWhen, timingOf, whenOf, type When } from './when.ts'

/** A message while it is written. */
export type Form = {
  audience: string[]
  channel: Message['channel']
  subject: string
  body: string
  when: When
  /** What guests must know, and whoever unsubscribed, too. Chosen with the first word, and never changed. */
  kind?: 'notice'
}

export type Start = Partial<Pick<Form, 'audience' | 'subject' | 'body' | 'kind'>>

export function emptyForm(event: Event, now: Date, start: Start = {}): Form {
  const fresh = freshWhen(event, now)
  // News does not wait for tomorrow morning.
  const when: When = start.kind === 'notice' ? { ...fresh, kind: 'now' } : fresh
  return { audience: [], channel: 'email', subject: '', body: '', when, ...start }
}

export function formOf(message: Message, event: Event, now: Date): Form {
  const { audience, channel, subject, body, kind } = message
  const form = { audience: [...audience], channel, subject, body, when: whenOf(message, event, now) }
  return kind === 'notice' ? { ...form, kind } : form
}

export type Mode = NonNullable<MessageChange['mode']>

export function modeOf({ kind }: When): Mode {
  if (kind === 'now') return 'send_now'
  return kind === 'draft' ? 'draft' : 'schedule'
}

/** What the server is told of it. A message that goes out now has no other time. */
export function changeOf(form: Form, event: Event, mode: Mode): MessageChange & { mode: Mode } {
  const { audience, channel, subject, body } = form
  const timing = mode === 'send_now' ? {} : timingOf(form.when, event)
  return { audience, channel, subject, body, mode, ...timing }
}

export function sameForm(a: Form, b: Form): boolean {
  return JSON.stringify(print(a)) === JSON.stringify(print(b))
}

/** Of the time only what is chosen counts; leafing through the other ways is not an edit. */
function print({ audience, channel, subject, body, when }: Form) {
  const { kind, date, time, amount, unit, clock } = when
  const chosen = {
    now: [],
    draft: [],
    at: [date, time],
    before: unit === 'days' ? [amount, unit, clock] : [amount, unit],
  }
  return [audience.toSorted(), channel, subject, body, kind, chosen[kind]]
}

/** The server keeps no message to nobody in particular; and no draft is made of a form that was only opened. */
export function isSavable(form: Form, stored: Message | undefined): boolean {
  return form.audience.length > 0 && (stored !== undefined || !isBlank(form))
}

export function isBlank({ subject, body }: Form): boolean {
  return subject.trim() === '' && body.trim() === ''
}
