/** What a provider, or a guest's mail program, can report of a mail. */
export const feedbackKinds = [
  'sent',
  'delivered',
  'delayed',
  'opened',
  'clicked',
  'bounced',
  'complained',
  'unsubscribed',
] as const
export type FeedbackKind = (typeof feedbackKinds)[number]

/** `permanent`: nobody lives there, ever. `transient`: not this time. */
export const bounceClasses = ['permanent', 'transient', 'undetermined'] as const
export type BounceClass = (typeof bounceClasses)[number]

/** The row that a mail was for, as its tag, its Message-ID or its return path spells it. */
export type DeliveryKey = { messageId: string; seq: number; generation: number }

/** One report, in our words: every provider's reader and our own pixel make these, and one worker applies them. */
export type Feedback = DeliveryKey & {
  /** Who says so; with `providerEventId` it names the report, so that a repeat of it is known. */
  provider: string
  providerEventId: string
  kind: FeedbackKind
  happenedAt: Date
  /** What the provider calls the mail; must be what it called it when it took it. */
  providerMessageId?: string
  /** Of whom it speaks; must be where the row went. */
  address?: string
  /** Why it was a machine and no person, in words; missing when it was a person, or nobody can tell. */
  machine?: string
  bounceClass?: BounceClass
  /** Of a click: which link, however its reporter tells them apart. Several at once are a machine's doing (see `click-bursts.ts`). */
  link?: string
  /** What the guest's server, or the provider, said. */
  detail?: string
}

/** What our own pages note: the provider of these reports is us. */
export const ownReporter = 'tidings'

/** A delay is no news to anybody yet: the mail arrives, or is reported again. */
export function saysNothing({ kind }: Pick<Feedback, 'kind'>): boolean {
  return kind === 'delayed'
}

/** Limits of what is kept of a report; the rest of a longer text is dropped. */
export const feedbackMax = {
  providerEventId: 500,
  providerMessageId: 998,
  address: 320,
  machine: 100,
  link: 2000,
  detail: 2000,
}

const deliveryTag = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})[_.](\d{1,9})[_.](\d{1,4})$/i

/** Reads `{messageId}_{seq}_{generation}`, the tag of every call, or the same with dots, as a Message-ID begins; undefined for anything else. */
export function readDeliveryTag(tag: string): DeliveryKey | undefined {
  const [, messageId, seq, generation] = deliveryTag.exec(tag) ?? []
  if (messageId === undefined) return undefined
  return { messageId: messageId.toLowerCase(), seq: Number(seq), generation: Number(generation) }
}
