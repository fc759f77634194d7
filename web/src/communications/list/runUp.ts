import type { Event } from '../../../../api/contract/event.ts'
import type { Message } from '../../../../api/contract/message.ts'

export type Stop = { kind: 'message'; message: Message } | { kind: 'event' }

/**
 * The line that runs up to the event: what leaves before it, the event, what leaves after it; drafts without a time stand
 * beside the line. Half a list does not know its end, so the event is shown only when the list is whole.
 */
export function runUpOf(messages: readonly Message[], event: Pick<Event, 'startsAt'>, whole: boolean) {
  const timed = messages.filter(({ sendAt }) => sendAt !== null)
  const untimed = messages.filter(({ sendAt }) => sendAt === null)
  const start = Date.parse(event.startsAt)
  const before = timed.filter(({ sendAt }) => Date.parse(sendAt ?? '') <= start)
  const after = timed.filter(({ sendAt }) => Date.parse(sendAt ?? '') > start)
  const stop = (message: Message): Stop => ({ kind: 'message', message })
  const stops: Stop[] = [...before.map(stop), ...(whole || after.length > 0 ? [theEvent] : []), ...after.map(stop)]
  return { stops, untimed }
}

const theEvent: Stop = { kind: 'event' }
