import type { RefusalKind } from './refusal.ts'

export const eventCancelled: RefusalKind = {
  key: 'eventCancelled',
  status: 409,
  type: 'event-cancelled',
  title: 'The event is cancelled',
  detail: () => 'A cancelled event sends nothing but a notice that it is cancelled.',
}
