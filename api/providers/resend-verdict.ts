import type { SendResult } from '../domain/send-result.ts'
import type { Answer } from './http-ask.ts'
import { trustAdvice } from './network-fault.ts'
import { retryAfterMs } from './retry-after.ts'

/** `refused`: this mail if it was alone, else the batch, of which we do not know which mail is meant. */
type Rule = {
  status: RegExp
  name?: RegExp
  text?: RegExp
  kind: Exclude<SendResult['kind'], 'accepted' | 'rejected' | 'split'> | 'refused'
  why: string
  afterMs?: number
  conflict?: true
}

/** A service that is down comes back in seconds or hours; the notifier doubles from here. */
const unreachableMs = 5_000
/** A refusal that is not Resend's own (a proxy's, a firewall's) may be gone in a minute. */
const strangeMs = 60_000
/** Quotas open at an hour that nobody tells us; asking once an hour costs one refusal. */
const quotaMs = 3_600_000

/** The first rule that fits decides. */
const rules: readonly Rule[] = [
  {
    status: /^429$/,
    name: /quota_exceeded$/,
    kind: 'overQuota',
    afterMs: quotaMs,
    why: 'The quota of this Resend account is used up.',
  },
  { status: /^429$/, kind: 'throttled', why: 'Resend asks to send more slowly.' },
  {
    status: /^409$/,
    name: /^invalid_idempotent_request$/,
    kind: 'unknown',
    conflict: true,
    why: 'Resend has seen this key with another mail.',
  },
  { status: /^409$/, kind: 'unknown', why: 'Resend is still working on the same call.' },
  {
    status: /^(401|403|451)$/,
    kind: 'misconfigured',
    why: 'Resend refuses the account, its key or its domain: check RESEND_API_KEY and EMAIL_FROM.',
  },
  {
    status: /^4/,
    name: /^(invalid_from_address|(missing|invalid|restricted)_api_key|invalid_access|invalid_region|security_error|invalid_idempotency_key)$/,
    kind: 'misconfigured',
    why: 'Resend refuses the account, its key or its domain: check RESEND_API_KEY and EMAIL_FROM.',
  },
  {
    status: /^4/,
    text: /not verified|`from`/i,
    kind: 'misconfigured',
    why: 'Resend does not know the sender: check EMAIL_FROM and the domain.',
  },
  { status: /^(3..|404|405)$/, kind: 'misconfigured', why: 'This is not the Resend API: check RESEND_BASE_URL.' },
  { status: /^408$/, kind: 'unknown', why: 'Resend gave up waiting.' },
  { status: /^(413|422)$/, kind: 'refused', why: 'Resend refuses the mail.' },
  {
    status: /^4/,
    name: /^(validation_error|missing_required_field|invalid_)/,
    kind: 'refused',
    why: 'Resend refuses the mail.',
  },
  { status: /^4/, kind: 'tryLater', afterMs: strangeMs, why: 'Somebody between here and Resend refuses the call.' },
  { status: /^5/, kind: 'unknown', why: 'Resend failed while it worked on the call.' },
  { status: /^/, kind: 'unknown', why: 'Resend gave an answer that says neither yes nor no.' },
]

/** Enough of the answer for whoever asks why. */
const replyTextMax = 500

/** Turns an answer into one result for each of the mails in the call, in order. */
export function resendVerdict(answer: Answer, mailCount: number, now: number): SendResult[] {
  if (answer.kind === 'answered' && answer.status >= 200 && answer.status < 300) {
    return idsOf(answer.json, mailCount).map((id) => acceptedOr(id, answer.text))
  }
  return Array.from({ length: mailCount }, () => refusal(answer, mailCount, now))
}

/** The body of a single call is `{id}`, that of a batch `{data: [{id}, ...]}` in the order of the request. */
function idsOf(json: unknown, mailCount: number): unknown[] {
  const body = json as { id?: unknown; data?: { id?: unknown }[] } | undefined
  const items = Array.isArray(body?.data) ? body.data : [body]
  return items.length === mailCount ? items.map((item) => item?.id) : Array.from({ length: mailCount }, () => undefined)
}

function acceptedOr(id: unknown, text: string): SendResult {
  if (typeof id === 'string' && id !== '') return { kind: 'accepted', providerMessageId: id }
  return { kind: 'unknown', reason: 'Resend said yes without naming the mail.', reply: text.slice(0, replyTextMax) }
}

function refusal(answer: Answer, mailCount: number, now: number): SendResult {
  if (answer.kind === 'lost') return { kind: 'unknown', reason: `The call to Resend was lost: ${answer.reason}` }
  if (answer.kind === 'notSent') {
    return answer.distrusted
      ? { kind: 'misconfigured', reason: `No trusted connection to Resend (${answer.reason}). ${trustAdvice}` }
      : { kind: 'tryLater', reason: `No connection to Resend: ${answer.reason}`, afterMs: unreachableMs }
  }
  const { name = '', message = answer.text } = errorOf(answer.json)
  const rule = rules.find(
    ({ status, name: names, text }) =>
      status.test(String(answer.status)) && (names?.test(name) ?? true) && (text?.test(message) ?? true),
  )
  if (rule === undefined) throw new Error(`No rule for ${answer.status}.`)
  const reply = `${answer.status} ${name} ${message}`.slice(0, replyTextMax)
  return resultOf(rule, reply, {
    alone: mailCount === 1,
    waitMs: retryAfterMs(answer.headers.get('retry-after'), now, rule.afterMs),
  })
}

function resultOf(
  { kind, why, conflict }: Rule,
  reply: string,
  { alone, waitMs }: { alone: boolean; waitMs: number },
): SendResult {
  if (kind === 'refused') {
    const badAddress = /`to`|recipient/i.test(reply)
    return alone
      ? { kind: 'rejected', reason: why, reply, ...(badAddress && { badAddress }) }
      : { kind: 'split', reason: why, reply }
  }
  if (kind === 'throttled' || kind === 'overQuota' || kind === 'tryLater')
    return { kind, reason: why, afterMs: waitMs, reply }
  return { kind, reason: why, reply, ...(conflict && { conflict }) }
}

function errorOf(json: unknown): { name?: string; message?: string } {
  const error = (json ?? {}) as { name?: unknown; message?: unknown }
  return {
    ...(typeof error.name === 'string' && { name: error.name }),
    ...(typeof error.message === 'string' && { message: error.message }),
  }
}
