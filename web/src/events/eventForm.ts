import type { Event, NewEvent } from '../../../api/contract/event.ts'
import { addDays, instantOf, localOf } from '../time/local.ts'
import { ownZone } from '../time/zones.ts'

/** What is typed about an event; every field is text, as inputs have it. */
export type EventValues = {
  name: string
  date: string
  start: string
  end: string
  /** Only when it ends on another day. */
  endDate: string
  timezone: string
  venue: string
  description: string
  capacity: string
  answerBy: string
}

export const emptyEvent = (): EventValues => ({
  name: '',
  date: '',
  start: '18:00',
  end: '',
  endDate: '',
  timezone: ownZone,
  venue: '',
  description: '',
  capacity: '',
  answerBy: '',
})

export function valuesOf(event: Event): EventValues {
  const date = event.localStart.slice(0, 10)
  const end = event.localEnd?.slice(11, 16) ?? ''
  const endDate = event.localEnd?.slice(0, 10) ?? ''
  return {
    name: event.name,
    date,
    start: event.localStart.slice(11, 16),
    end,
    endDate: endDate === date ? '' : endDate,
    timezone: event.timezone,
    venue: event.venue ?? '',
    description: event.description ?? '',
    capacity: event.capacity === null ? '' : String(event.capacity),
    answerBy: event.rsvpUntil ? localOf(event.rsvpUntil, event.timezone).slice(0, 10) : '',
  }
}

export const localStartOf = ({ date, start }: EventValues) => (date && start ? `${date}T${start}` : undefined)

/** An end before the start means the night after: a party from 20:00 to 02:00. */
export function localEndOf(values: EventValues): string | null {
  const { date, start, end, endDate } = values
  if (!end || !date) return null
  return `${endDate || (end <= start ? addDays(date, 1) : date)}T${end}`
}

export function eventOf(values: EventValues): NewEvent {
  const blankAsNull = (text: string) => text.trim() || null
  return {
    name: values.name.trim(),
    localStart: localStartOf(values) ?? '',
    localEnd: localEndOf(values),
    timezone: values.timezone,
    venue: blankAsNull(values.venue),
    description: blankAsNull(values.description),
    capacity: values.capacity === '' ? null : Number(values.capacity),
    // Until the end of that day, where the event is.
    rsvpUntil: values.answerBy ? instantOf(`${values.answerBy}T23:59`, values.timezone).toISOString() : null,
  }
}

/** The server's names for what the form splits in two. */
export const alsoShown = ['localStart', 'localEnd', 'rsvpUntil']

export function eventFaults(values: EventValues): Partial<Record<keyof EventValues, string>> {
  const end = localEndOf(values)
  const start = localStartOf(values)
  return {
    name: values.name.trim() ? undefined : 'Give the event a name.',
    date: values.date ? undefined : 'Choose the day.',
    start: values.start ? undefined : 'Choose when it starts.',
    end: values.endDate && !values.end ? 'Choose when it ends that day.' : undefined,
    endDate: start && end && end <= start ? 'It would end before it starts.' : undefined,
    capacity: /^$|^[1-9]\d{0,5}$/.test(values.capacity)
      ? undefined
      : 'Write a number of people, or nothing for no limit.',
    answerBy: values.answerBy && values.answerBy > values.date ? 'Answers close before the event.' : undefined,
  }
}
