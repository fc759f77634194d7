import type { RefusalKind } from './refusal.ts'

/** Reminders are useless after the start; a thank-you is a broadcast and may go at any time. */
export const eventOver: RefusalKind = {
  key: 'eventOver',
  status: 409,
  type: 'event-over',
  title: 'The event has begun',
  detail: () => 'A reminder after the start would only confuse. Write a new message instead.',
}
