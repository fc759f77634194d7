import type { RefusalKind } from './refusal.ts'

export const rsvpFull: RefusalKind<{ left: number }> = {
  key: 'rsvpFull',
  status: 409,
  type: 'rsvp-full',
  title: 'There are not enough places left',
  detail: ({ left }) =>
    left === 0
      ? 'All places are taken. You can still answer maybe, and the host will see it.'
      : `${left === 1 ? 'One place is' : `${left} places are`} left. Come with fewer people, or answer maybe.`,
  field: () => '/partySize',
}
