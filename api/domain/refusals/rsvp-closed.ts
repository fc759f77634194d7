import type { RefusalKind } from './refusal.ts'

export const rsvpClosed: RefusalKind = {
  key: 'rsvpClosed',
  status: 409,
  type: 'rsvp-closed',
  title: 'Answers are closed',
  detail: () => 'Answers to this invitation are closed. Please write to the host if something has changed.',
}
