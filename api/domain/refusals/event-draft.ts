import type { RefusalKind } from './refusal.ts'

/** A draft event holds its reminders and sends; only sending now is refused, because nothing would happen. */
export const eventDraft: RefusalKind = {
  key: 'eventDraft',
  status: 409,
  type: 'event-draft',
  title: 'The event is still a draft',
  detail: () => 'Nothing is sent while the event is a draft. Publish it, then send this.',
}
