import type { Event } from '../../../api/contract/event.ts'

type Held = Pick<Event, 'status'>
type Wish = 'write' | 'sendNow'

/** An event that is a draft holds its messages; one that is called off sends nothing more. Said where one would try. */
const reasons: Record<Event['status'], Partial<Record<Wish, string>>> = {
  published: {},
  draft: { sendNow: 'The event is a draft, and holds its messages. Publish it, then send.' },
  cancelled: {
    write: 'The event is called off. Nothing more goes out.',
    sendNow: 'The event is called off. Nothing more goes out.',
  },
}

export function whyNothingGoesOut(event: Held, wish: Wish): string | undefined {
  return reasons[event.status][wish]
}

const notices: Partial<Record<Event['status'], string>> = {
  draft:
    'This event is a draft, so its messages are held: reminders and scheduled messages wait until you publish it. You can write and schedule; nothing leaves before.',
  cancelled:
    'This event is called off. Its drafts and scheduled messages were cancelled with it, and nothing more goes out. What was sent stays here to read.',
}

export function eventNotice(event: Held): string | undefined {
  return notices[event.status]
}
