import type { RefusalKind } from './refusal.ts'

export const eventSending: RefusalKind<{ label: string }> = {
  key: 'eventSending',
  status: 409,
  type: 'event-sending',
  title: 'A message is on its way',
  detail: ({ label }) => `“${label}” is being sent. Stop it, or wait until it is done, then delete the event.`,
}
