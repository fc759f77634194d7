import { feedbackMax, readDeliveryTag, type BounceClass, type Feedback, type FeedbackKind } from '../domain/feedback.ts'

/** An event as Mailgun tells it, as far as it is read here. Nothing of it is certain: it comes from outside. */
type Item = Record<string, unknown>
type Said = Pick<Feedback, 'kind'> & Partial<Pick<Feedback, 'machine' | 'bounceClass' | 'detail'>>

/** Mailgun's words for what happened, and ours. */
const readers: Readonly<Record<string, (item: Item) => Said>> = {
  accepted: () => ({ kind: 'sent' }),
  delivered: () => ({ kind: 'delivered' }),
  opened: (item) => ({ kind: 'opened', machine: machineOf(item) }),
  clicked: (item) => ({ kind: 'clicked', machine: machineOf(item) }),
  unsubscribed: () => ({ kind: 'unsubscribed' }),
  complained: () => ({ kind: 'complained' }),
  // Mailgun goes on trying for hours after a temporary failure, and tells of the end of it.
  failed: (item) =>
    item['severity'] === 'temporary'
      ? { kind: 'delayed', detail: repliedIn(item) }
      : { kind: 'bounced', bounceClass: bounceClassOf(item), detail: repliedIn(item) },
  rejected: (item) => ({
    kind: 'bounced',
    bounceClass: 'undetermined',
    detail: textOf(partOf(item, 'reject'), 'reason'),
  }),
}

/** The other direction: which of Mailgun's events tell of a kind. */
const namesOf: Record<FeedbackKind, readonly string[]> = {
  sent: ['accepted'],
  delivered: ['delivered'],
  delayed: ['failed'],
  opened: ['opened'],
  clicked: ['clicked'],
  bounced: ['failed', 'rejected'],
  complained: ['complained'],
  unsubscribed: ['unsubscribed'],
}

/** The filter expression for these kinds. */
export function eventFilter(kinds: readonly FeedbackKind[]): string {
  return [...new Set(kinds.flatMap((kind) => namesOf[kind]))].join(' OR ')
}

/** When an event happened; undefined when it does not say so. */
export function happenedAtOf(item: unknown): Date | undefined {
  const seconds = isItem(item) ? item['timestamp'] : undefined
  if (typeof seconds !== 'number' || !(seconds > 0) || seconds > latestSeconds) return undefined
  return new Date(Math.floor(seconds * 1000))
}

/** Beyond what a Date can hold. */
const latestSeconds = 8_640_000_000_000

/** An event in our words; undefined when it is about no mail of ours, or about nothing that we know of. */
export function readMailgunEvent(provider: string, item: unknown): Feedback | undefined {
  if (!isItem(item)) return undefined
  const [id, name, address] = [textOf(item, 'id'), textOf(item, 'event'), textOf(item, 'recipient')]
  const happenedAt = happenedAtOf(item)
  const key = readDeliveryTag(ourPartOf(textOf(partOf(partOf(item, 'message'), 'headers'), 'message-id') ?? ''))
  const read = name !== undefined && Object.hasOwn(readers, name) ? readers[name] : undefined
  if (!id || id.length > feedbackMax.providerEventId || !happenedAt || !key || !read) return undefined
  // It has to be told of whom it speaks: our Message-ID stands in every copy of the mail, and its address does not.
  if (!address) return undefined
  const said = Object.entries(read(item)).filter(([, value]) => value !== undefined)
  return { ...key, provider, providerEventId: id, happenedAt, address, ...(Object.fromEntries(said) as Said) }
}

/** Mailgun writes the Message-ID without its brackets, and servers on the way may add them. */
function ourPartOf(messageId: string): string {
  return messageId.replace(/^<|>$/g, '').split('@')[0]!
}

/** "apple" and "gmail" load pictures in the reader's stead; "generic" is a scanner. */
function machineOf(item: Item): string | undefined {
  const bot = textOf(partOf(item, 'client-info'), 'bot')
  return bot ? `Mailgun takes it for a machine (${bot})` : undefined
}

/** Only where the address itself was refused nobody lives there; the rest may be about the sender, or about time. */
function bounceClassOf(item: Item): BounceClass {
  const reason = textOf(item, 'reason')
  const enhanced = textOf(partOf(item, 'delivery-status'), 'enhanced-code') ?? ''
  if (reason === 'old') return 'transient'
  const isRefused = (reason === 'bounce' || reason === 'suppress-bounce') && !enhanced.startsWith('5.7')
  return isRefused ? 'permanent' : 'undetermined'
}

function repliedIn(item: Item): string | undefined {
  const status = partOf(item, 'delivery-status')
  const code = status['code']
  const words = textOf(status, 'message') || textOf(status, 'description') || textOf(item, 'reason')
  const told = [typeof code === 'number' ? String(code) : undefined, words].filter(Boolean).join(' ')
  return told === '' ? undefined : told
}

function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function partOf(item: Item, name: string): Item {
  const part = item[name]
  return isItem(part) ? part : {}
}

function textOf(item: Item, name: string): string | undefined {
  const value = item[name]
  return typeof value === 'string' ? value : undefined
}
