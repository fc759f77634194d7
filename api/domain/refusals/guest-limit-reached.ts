import type { RefusalKind } from './refusal.ts'

/** The largest list that sending is measured with. */
export const guestsPerEventMax = 1_000_000

export const guestLimitReached: RefusalKind = {
  key: 'guestLimitReached',
  status: 409,
  type: 'guest-limit-reached',
  title: 'The guest list is full',
  detail: () => `An event can have ${guestsPerEventMax.toLocaleString('en')} guests. Remove some, or split the event.`,
}
