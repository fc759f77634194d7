import { fieldsOf, type WebhookRequest } from './webhook.ts'

/** One message out of a dead-letter queue, and where it stands in its file, for whoever has to look at it. */
export type DeadLetter = { at: string } & (
  | { kind: 'letter'; request: WebhookRequest }
  | { kind: 'unreadable'; reason: string }
)

/**
 * Reads what an operator has taken out of the queue that SNS puts into what it could not bring us: one JSON document a line, or one array,
 * or what `aws sqs receive-message` prints, in which each message is the `Body` of another. As requests they are what SNS would have
 * posted, of whatever age; they are as much to be verified as those.
 */
export function readDeadLetters(given: string, now: Date): DeadLetter[] {
  const text = given.startsWith(byteOrderMark) ? given.slice(byteOrderMark.length) : given
  const whole = parsed(text)
  if (whole !== undefined) return listOf(whole).map((item, at) => letterOf(item, `message ${at + 1}`, now))
  return text.split('\n').flatMap((line, at) => {
    if (line.trim() === '') return []
    const place = `line ${at + 1}`
    const value = parsed(line)
    if (value === undefined) return [{ at: place, kind: 'unreadable' as const, reason: 'it is not JSON' }]
    const items = listOf(value)
    return items.map((item, n) => letterOf(item, items.length > 1 ? `${place}, message ${n + 1}` : place, now))
  })
}

/** What Windows begins a file with, and JSON does not know. */
const byteOrderMark = '\ufeff'

function listOf(value: unknown): readonly unknown[] {
  const { Messages: messages } = fieldsOf(value)
  return Array.isArray(value) ? value : Array.isArray(messages) ? messages : [value]
}

function letterOf(item: unknown, at: string, now: Date): DeadLetter {
  const { Body: body } = fieldsOf(item)
  const text = typeof body === 'string' ? body : JSON.stringify(textsOf(item))
  const { TopicArn: topic } = fieldsOf(parsed(text))
  if (typeof topic !== 'string')
    return { at, kind: 'unreadable', reason: 'it is no message of SNS: it has no TopicArn' }
  const headers = { 'x-amz-sns-topic-arn': topic }
  return { at, kind: 'letter', request: { body: Buffer.from(text), headers, now, ofAnyAge: true } }
}

/** All that a message of SNS consists of. Whatever else stands there may be nested so deep that it could not be written again. */
function textsOf(item: unknown) {
  return Object.fromEntries(Object.entries(fieldsOf(item)).filter(([, value]) => typeof value === 'string'))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
