import type { RefusalKind } from './refusal.ts'

/** Notices reach whoever unsubscribed, too. "It is off", its correction and one more are a busy day; what is not urgent is a message. */
export const noticesPerDayMax = 3

export const noticeLimitReached: RefusalKind = {
  key: 'noticeLimitReached',
  status: 422,
  type: 'notice-limit-reached',
  title: 'This event has had its notices for the day',
  detail: () =>
    `Notices reach guests who unsubscribed, too, so an event can send ${noticesPerDayMax} in 24 hours. Choose a later time, or write a message instead.`,
}
