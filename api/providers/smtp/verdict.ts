import type { SendResult } from '../../domain/send-result.ts'
import type { Reply } from './replies.ts'

/** Where in the conversation a reply came: opening the connection, the envelope, the word DATA, or after the final dot. */
export type Stage = 'greeting' | 'hello' | 'tls' | 'auth' | 'sender' | 'recipient' | 'data' | 'dot'

type Rule = {
  at?: readonly Stage[]
  code: RegExp
  enhanced?: RegExp
  /** Only to tell apart replies of one class that servers give one code. */
  text?: RegExp
  kind: SendResult['kind']
  why: string
  afterMs?: number
  badAddress?: true
}

const opening: readonly Stage[] = ['greeting', 'hello', 'tls', 'auth']
const beforeTheDot: readonly Stage[] = [...opening, 'sender', 'recipient', 'data']

/** Servers that defer ask for patience in minutes; one is where the notifier's doubling starts. */
export const deferredMs = 60_000
/** Grey lists open after five minutes as they come (Postgrey's default). */
const greyListedMs = 300_000
/** Rate limits are counted per second. */
const throttledMs = 1_000
/** Daily quotas open at an hour that nobody tells us; asking once an hour costs one refusal. */
const quotaMs = 3_600_000
/** For what a new connection may cure. */
export const reconnectMs = 5_000

/** The first rule that fits decides. Most particular first; the last of each class has no condition but the class. */
const rules: readonly Rule[] = [
  { at: ['dot'], code: /^2/, kind: 'accepted', why: 'Accepted.' },

  {
    code: /^[45]/,
    text: /\b(daily|hourly|monthly)\b.*\b(quota|limit)/i,
    kind: 'overQuota',
    afterMs: quotaMs,
    why: 'The quota of this account is used up.',
  },
  { code: /^421/, kind: 'throttled', afterMs: deferredMs, why: 'The server is closing the connection to shed load.' },
  {
    at: opening,
    code: /^454/,
    kind: 'tryLater',
    afterMs: deferredMs,
    why: 'The server cannot check credentials or start TLS just now.',
  },
  { code: /^454/, kind: 'throttled', afterMs: throttledMs, why: 'The server asks to send more slowly.' },
  {
    code: /^4/,
    text: /gr[ae]y.?list/i,
    kind: 'tryLater',
    afterMs: greyListedMs,
    why: 'The receiver asks new senders to come back later.',
  },
  { at: opening, code: /^4/, kind: 'tryLater', afterMs: deferredMs, why: 'The server is not ready.' },
  {
    code: /^45[02]/,
    enhanced: /^4\.7\./,
    kind: 'throttled',
    afterMs: deferredMs,
    why: 'The server asks to send more slowly.',
  },
  { code: /^452/, enhanced: /^4\.2\.2$/, kind: 'tryLater', afterMs: deferredMs, why: 'The mailbox is full.' },
  { code: /^4/, kind: 'tryLater', afterMs: deferredMs, why: 'The server deferred the mail.' },

  {
    code: /^53[0458]/,
    kind: 'misconfigured',
    why: 'The server wants other credentials, or TLS first: check SMTP_URL.',
  },
  { at: opening, code: /^5/, kind: 'misconfigured', why: 'The server refuses this client: check SMTP_URL.' },
  {
    code: /^5/,
    text: /not verified/i,
    kind: 'misconfigured',
    why: 'The sender address or its domain is not verified with the provider.',
  },
  {
    at: ['recipient'],
    code: /^5/,
    text: /\brelay/i,
    kind: 'misconfigured',
    why: 'The server does not relay mail for this client: check SMTP_URL.',
  },
  { code: /^5/, enhanced: /^5\.2\.2$/, kind: 'rejected', why: 'The mailbox is full.' },
  { code: /^(552|5)/, enhanced: /^5\.3\.4$/, kind: 'rejected', why: 'The mail is too big for the server.' },
  { code: /^552/, kind: 'rejected', why: 'The mail is too big for the server or the mailbox.' },
  { code: /^503/, kind: 'tryLater', afterMs: reconnectMs, why: 'The server lost track of the conversation.' },
  {
    at: ['sender'],
    code: /^5/,
    kind: 'misconfigured',
    why: 'The server refuses the sender address: check EMAIL_FROM.',
  },
  {
    code: /^5/,
    enhanced: /^5\.1\.[78]$/,
    kind: 'misconfigured',
    why: 'The server refuses the sender address: check EMAIL_FROM.',
  },
  {
    code: /^5/,
    enhanced: /^5\.(1\.\d+|2\.1)$/,
    kind: 'rejected',
    badAddress: true,
    why: 'The receiver does not know this address.',
  },
  {
    code: /^5/,
    enhanced: /^5\.7\./,
    kind: 'rejected',
    why: "The receiver's policy refuses the mail (not the address).",
  },
  { code: /^5/, kind: 'rejected', why: 'The receiver refuses the mail.' },

  {
    at: beforeTheDot,
    code: /^/,
    kind: 'tryLater',
    afterMs: reconnectMs,
    why: 'The server gave an answer that does not belong here.',
  },
  { code: /^/, kind: 'unknown', why: 'The server gave an answer that says neither yes nor no.' },
]

/** Here a relay that asks the receiver while we wait passes its words on, and they can be about anything. */
const afterTheSender: readonly Stage[] = ['recipient', 'data', 'dot']
const doubtful = { doubtful: true }

/** What is kept of a server's words. Postfix and Exim stay below this; nobody needs a page of it. */
const replyTextMax = 500

/** Turns a reply into what becomes of the mail. Code and stage decide; the enhanced code and the text refine within the class. */
export function verdict(stage: Stage, reply: Reply, messageId: string): SendResult {
  const rule = rules.find((candidate) => fits(candidate, stage, reply))
  if (rule === undefined) throw new Error(`No rule for ${reply.code} at ${stage}.`)
  const words = `${reply.code} ${reply.text}`.slice(0, replyTextMax)
  if (rule.kind === 'accepted') return acceptance(reply, words, messageId)
  const { kind, why: reason } = rule
  if (kind === 'throttled' || kind === 'overQuota' || kind === 'tryLater') {
    return { kind, reason, afterMs: rule.afterMs ?? deferredMs, reply: words }
  }
  if (kind === 'misconfigured') return { kind, reason, reply: words, ...(afterTheSender.includes(stage) && doubtful) }
  return { kind, reason, reply: words, ...(rule.badAddress && { badAddress: true }) }
}

/** With a queue id the server has said all that it had to say; other words are kept. */
function acceptance(reply: Reply, words: string, messageId: string): SendResult {
  const id = queueId(reply)
  return id
    ? { kind: 'accepted', providerMessageId: id }
    : { kind: 'accepted', providerMessageId: messageId, reply: words }
}

function fits(rule: Rule, stage: Stage, reply: Reply): boolean {
  return (
    (rule.at?.includes(stage) ?? true) &&
    rule.code.test(String(reply.code)) &&
    (rule.enhanced?.test(reply.enhanced ?? '') ?? true) &&
    (rule.text?.test(reply.text) ?? true)
  )
}

/** How Postfix, Exim, Exchange, Sendmail and SES name a mail that they have taken. */
const queueIds = [
  /queued as <?([\w.-]{4,100})/i,
  /\bid=<?([\w.-]{4,100})/i,
  /<([^<>\s]{4,200})> \[InternalId/i,
  /(\S{8,100}) Message accepted/i,
  /^Ok (\S{16,100})$/i,
]

function queueId(reply: Reply): string | undefined {
  return queueIds.map((pattern) => pattern.exec(reply.text)?.[1]).find((id) => id !== undefined)
}
