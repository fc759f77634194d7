import type { RefusalKind } from './refusal.ts'

/** Enough to know what is meant; the rest is counted. */
const namesMax = 3

function listed(events: readonly string[]): string {
  const names = events.slice(0, namesMax).map((name) => `“${name}”`)
  const more = events.length - names.length
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ')
}

/** An account is not deleted while guests wait for its events. */
export const soleOwnerOfComingEvents: RefusalKind<{ events: readonly string[] }> = {
  key: 'soleOwnerOfComingEvents',
  status: 409,
  type: 'sole-owner-of-coming-events',
  title: 'You own events that are still to come',
  detail: ({ events }) => `Nobody else owns ${listed(events)}. Give them another owner, or cancel them first.`,
}
