/** Figures of one message, or of several added up. */
export type RatedCounts = {
  total: number
  sent: number
  delivered: number
  opened: number
  clicked: number
  bounced: number
  complained: number
  unsubscribed: number
}

/** Below this many mails a share says more about chance than about guests, and is not told. */
export const ratedFromMails = 5

type Counter = keyof RatedCounts

/** Each rate with what it is a share of: "opened" alone could be of those sent, delivered or invited. */
export const rateParts = {
  deliveredOfSent: ['delivered', 'sent'],
  openedOfTotal: ['opened', 'total'],
  openedOfSent: ['opened', 'sent'],
  openedOfDelivered: ['opened', 'delivered'],
  clickedOfSent: ['clicked', 'sent'],
  clickedOfDelivered: ['clicked', 'delivered'],
  clickedOfOpened: ['clicked', 'opened'],
  bouncedOfSent: ['bounced', 'sent'],
  complainedOfDelivered: ['complained', 'delivered'],
  unsubscribedOfSent: ['unsubscribed', 'sent'],
} as const satisfies Record<string, readonly [Counter, Counter]>

export type RateName = keyof typeof rateParts

/** In percent with two decimals; null where it says nothing: fewer than five mails were sent, or there is nothing to be a share of. */
export type Rates = Record<RateName, number | null>

/** Every rate of a message, or of several: the one place where figures become shares. */
export function ratesOf(counts: RatedCounts): Rates {
  return Object.fromEntries(
    Object.entries(rateParts).map(([name, [part, whole]]) => [
      name,
      counts.sent < ratedFromMails ? null : percent(counts[part], counts[whole], 2),
    ]),
  ) as Rates
}

/** `part` of `whole` in percent, rounded; null when there is no whole. A part may be larger: some who clicked block images and never "opened". */
export function percent(part: number, whole: number, decimals: number): number | null {
  return whole === 0 ? null : Number(((100 * part) / whole).toFixed(decimals))
}
