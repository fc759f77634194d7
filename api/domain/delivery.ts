/** Where a submission stands. The notifier alone writes it; what people see is computed from it and from the provider's feedback. */
export const deliveryStates = ['queued', 'wired', 'accepted', 'unknown', 'failed', 'skipped', 'cancelled'] as const
export type DeliveryState = (typeof deliveryStates)[number]

/** What may follow what in a submission. Feedback (delivered, opened, bounced ...) is facts, not states. */
const after: Record<DeliveryState, readonly DeliveryState[]> = {
  queued: ['wired', 'skipped', 'cancelled', 'failed', 'unknown'], // unknown: an earlier answer was lost, and it is not tried again
  wired: ['accepted', 'queued', 'unknown', 'failed'],
  unknown: ['accepted', 'queued', 'failed'],
  accepted: [],
  failed: ['queued'],
  skipped: ['queued'],
  cancelled: [],
}

export function mayFollow(from: DeliveryState, to: DeliveryState): boolean {
  return after[from].includes(to)
}

/** The states that a row may be in just before it becomes `state`; every update of a row is guarded with them. */
export function statesBefore(state: DeliveryState): DeliveryState[] {
  return deliveryStates.filter((from) => mayFollow(from, state))
}

/** Why a guest of the audience is not mailed. Shown to the host in the words beside it. */
export const skipReasons = {
  no_address: 'No e-mail address',
  unsubscribed: 'Unsubscribed',
  suppressed: 'Bounced or complained before',
  frequency_capped: 'Already mailed as often as is allowed',
  shared_address: 'Shares an address; reached by another mail',
  guest_removed: 'Removed from the guest list',
  left_audience: 'No longer in the audience',
  expired: 'Too late to be useful',
} as const
export type SkipReason = keyof typeof skipReasons

/** The same after a number, where many guests are told of at once: "23 already mailed as often as is allowed". */
export const skippedInWords: Record<SkipReason, string> = {
  no_address: 'without an address',
  unsubscribed: 'unsubscribed',
  suppressed: 'bounced or complained before',
  frequency_capped: 'already mailed as often as is allowed',
  shared_address: 'reached by the mail to an address they share',
  guest_removed: 'removed from the guest list',
  left_audience: 'no longer in the audience',
  expired: 'too late for it to be useful',
}

/** What people see of a delivery. The provider's feedback outranks the submission, and bad news outranks good. */
export const deliveryStatuses = [
  'queued',
  'delayed',
  'sent',
  'delivered',
  'opened',
  'clicked',
  'bounced',
  'complained',
  'failed',
  'unknown',
  'skipped',
  'cancelled',
] as const
export type DeliveryStatus = (typeof deliveryStatuses)[number]

export type DeliveryFacts = {
  state: DeliveryState
  attempt: number
  deliveredAt: Date | null
  openedAt: Date | null
  clickedAt: Date | null
  bouncedAt: Date | null
  complainedAt: Date | null
}

const factsByRank = [
  ['complainedAt', 'complained'],
  ['bouncedAt', 'bounced'],
  ['clickedAt', 'clicked'],
  ['openedAt', 'opened'],
  ['deliveredAt', 'delivered'],
] as const satisfies readonly (readonly [keyof DeliveryFacts, DeliveryStatus])[]

const statusOfState: Record<DeliveryState, DeliveryStatus> = {
  queued: 'queued',
  wired: 'queued',
  accepted: 'sent',
  unknown: 'unknown',
  failed: 'failed',
  skipped: 'skipped',
  cancelled: 'cancelled',
}

/** A row that waits after a try is "delayed": the receiver asked for patience. */
export function deliveryStatus(row: DeliveryFacts): DeliveryStatus {
  const fact = factsByRank.find(([column]) => row[column] !== null)
  if (fact) return fact[1]
  return row.state === 'queued' && row.attempt > 0 ? 'delayed' : statusOfState[row.state]
}
