import { verify, type KeyObject } from 'node:crypto'
import { jsonObject, type WebhookRequest } from './webhook.ts'
import { snsUrl, type SnsCertificates } from './sns-certificates.ts'

/** SNS repeats a message for an hour at most (its policies end there), with the time of the first try. */
const ageMaxMs = 60 * 60 * 1000
/** A clock may be off by as much as for other webhooks. */
const aheadMaxMs = 5 * 60 * 1000
/** SNS takes 256 kB, and JSON may write a character in six. */
const fieldMax = 1_000_000

const confirmed = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'] as const

/** What of a message is signed, in this order; a subject only where there is one. */
const signedFields: Readonly<Record<string, readonly string[] | undefined>> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: confirmed,
  UnsubscribeConfirmation: confirmed,
}

const hashOf: ReadonlyMap<string, string> = new Map([
  ['1', 'sha1'],
  ['2', 'sha256'],
])

export type SnsMessage =
  | { kind: 'notification'; id: string; topic: string; message: string }
  | { kind: 'subscribe'; topic: string; url: URL }
  | { kind: 'unsubscribed'; topic: string }
  | { kind: 'forged'; reason: string }
  | { kind: 'malformed'; reason: string }
  | { kind: 'tryLater'; reason: string }

/**
 * Verifies a message of Amazon SNS: of a topic that we know, signed lately with a key of Amazon's. What is cheap comes first, and no
 * address is asked for anything before the topic is known.
 * @see docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
 */
export async function readSnsMessage(
  { body, headers, now, ofAnyAge }: WebhookRequest,
  { topics, certificates }: { topics: readonly string[]; certificates: SnsCertificates },
): Promise<SnsMessage> {
  // Amazon says in its headers what the body is about, so that a stranger's megabyte need not be parsed.
  if (!topics.includes(String(headers['x-amz-sns-topic-arn']))) return forged('the topic of its header is none of ours')
  const fields = jsonObject(body)
  if (fields === undefined) return { kind: 'malformed', reason: 'the body is no JSON object' }
  const read = (name: string) => {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined
    return typeof value === 'string' && value.length <= fieldMax ? value : undefined
  }
  const [type = '', topic = '', id = '', timestamp = ''] = ['Type', 'TopicArn', 'MessageId', 'Timestamp'].map(read)
  const names = Object.hasOwn(signedFields, type) ? signedFields[type]! : []
  if (names.length === 0) return { kind: 'malformed', reason: 'its type is none' }
  if (!topics.includes(topic)) return forged('its topic is none of ours')
  const ageMs = now.getTime() - Date.parse(timestamp)
  if (!(ageMs <= (ofAnyAge ? Infinity : ageMaxMs) && ageMs >= -aheadMaxMs))
    return forged('it is too old, or not of our time')
  const algorithm = hashOf.get(read('SignatureVersion') ?? '')
  if (algorithm === undefined) return forged('the version of its signature is none')
  const certificate = read('SigningCertURL') ?? ''
  const found = await certificates.keyAt(certificate, now)
  if (found.kind === 'untrusted') return forged(found.reason)
  if (found.kind === 'tryLater') return found

  const lines = names.flatMap((name) => (read(name) === undefined ? [] : [`${name}\n${read(name)}\n`]))
  const signature = Buffer.from(read('Signature') ?? '', 'base64')
  if (!fits(algorithm, Buffer.from(lines.join('')), found.key, signature)) return forged('its signature does not fit')
  certificates.trust(certificate)
  return told(type, { topic, id, message: read('Message') ?? '', subscribeUrl: read('SubscribeURL') ?? '' })
}

/** Some systems forbid SHA-1, with which version 1 signs; there it fits nothing. */
function fits(algorithm: string, signed: Buffer, key: KeyObject, signature: Buffer): boolean {
  try {
    return verify(algorithm, signed, key, signature)
  } catch {
    return false
  }
}

type Verified = { topic: string; id: string; message: string; subscribeUrl: string }

function told(type: string, { topic, id, message, subscribeUrl }: Verified): SnsMessage {
  if (type === 'Notification') return { kind: 'notification', id, topic, message }
  if (type === 'UnsubscribeConfirmation') return { kind: 'unsubscribed', topic }
  const url = snsUrl(subscribeUrl)
  const isConfirmation =
    url?.pathname === '/' &&
    url.searchParams.get('Action') === 'ConfirmSubscription' &&
    url.searchParams.get('TopicArn') === topic
  return isConfirmation ? { kind: 'subscribe', topic, url } : forged('its subscription is not confirmed at SNS')
}

const forged = (reason: string): SnsMessage => ({ kind: 'forged', reason })
