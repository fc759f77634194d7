import type { Event } from '../../../api/contract/event.ts'
import type { Message } from '../../../api/contract/message.ts'

type Held = Pick<Event, 'status'>
type Wish = 'write' | 'sendNow'

/** An event that is a draft holds its messages; one that is called off sends nothing more. Said where one would try. */
const reasons: Record<Event['status'], Partial<Record<Wish, string>>> = {
  published: {},
  draft: { sendNow: 'The event is a draft, and holds its messages. Publish it, then send.' },
  cancelled: {
    write: 'The event is called off. Nothing more goes out but a notice.',
    sendNow: 'The event is called off. Nothing more goes out but a notice.',
  },
}

/** A notice is what a cancelled event still says. */
export function whyNothingGoesOut(event: Held, wish: Wish, kind?: Message['kind']): string | undefined {
  return kind === 'notice' && event.status === 'cancelled' ? undefined : reasons[event.status][wish]
}

const aboutNotices =
  'This is a notice: it goes before all other mail, and reaches guests who unsubscribed, too. Say only what they must know.'

const notices: Partial<Record<Event['status'], string>> = {
  draft:
    'This event is a draft, so its messages are held: reminders and scheduled messages wait until you publish it. You can write and schedule; nothing leaves before.',
  cancelled:
    'This event is called off. Its drafts and scheduled messages were cancelled with it, and nothing more goes out by itself. You can tell the guests; what was sent stays here to read.',
}

export function eventNotice(event: Held, kind?: Message['kind']): string | undefined {
  return kind === 'notice' ? aboutNotices : notices[event.status]
}
