import type { SendResult } from '../domain/send-result.ts'
import { codeOf, isDistrust, isNeverConnected, trustAdvice } from './network-fault.ts'

type Rule = {
  status: RegExp
  name?: RegExp
  text?: RegExp
  kind: Exclude<SendResult['kind'], 'accepted' | 'split'>
  why: string
  afterMs?: number
}

/** SES counts its sending rate per second. */
const throttledMs = 1_000
/** The daily quota rolls over 24 hours, so some of it may be free again at any time; asking once an hour costs one refusal. */
const quotaMs = 3_600_000
const unreachableMs = 5_000
const strangeMs = 60_000

/** The first rule that fits decides. Names are SES's codes, which the library gives with and without "Exception". */
const rules: readonly Rule[] = [
  {
    status: /^[45]/,
    text: /daily message quota exceeded/i,
    kind: 'overQuota',
    afterMs: quotaMs,
    why: 'The daily quota of this SES account is used up.',
  },
  {
    status: /^4/,
    name: /^AccountDailyQuotaExceeded/,
    kind: 'overQuota',
    afterMs: quotaMs,
    why: 'The daily quota of this SES account is used up.',
  },
  {
    status: /^[45]/,
    name: /^(Throttling|AccountThrottled|RequestThrottled|TooManyRequests|RequestLimitExceeded)/,
    kind: 'throttled',
    afterMs: throttledMs,
    why: 'SES asks to send more slowly.',
  },
  { status: /^429/, kind: 'throttled', afterMs: throttledMs, why: 'SES asks to send more slowly.' },
  {
    status: /^4/,
    name: /^(MailFromDomainNotVerified|ConfigurationSet|AccountSendingPaused|AccountSuspended|InvalidSendingPoolName)/,
    kind: 'misconfigured',
    why: 'SES refuses the account, its domain or its configuration set: check EMAIL_FROM and SES_CONFIGURATION_SET.',
  },
  {
    status: /^4/,
    name: /^MessageRejected/,
    text: /not verified|paused|suspended/i,
    kind: 'misconfigured',
    why: 'SES does not send for this account or sender: verify EMAIL_FROM, and leave the sandbox.',
  },
  {
    status: /^4/,
    name: /^(MessageRejected|InvalidParameter|ValidationError)/,
    kind: 'rejected',
    why: 'SES refuses the mail.',
  },
  {
    status: /^403/,
    kind: 'misconfigured',
    why: 'SES refuses the credentials: check AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and the clock.',
  },
  {
    status: /^4/,
    name: /(Signature|Token|AccessDenied|UnrecognizedClient|OptInRequired|NotAuthorized|RequestExpired)/,
    kind: 'misconfigured',
    why: 'SES refuses the credentials: check AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and the clock.',
  },
  { status: /^(3..|404|405)$/, kind: 'misconfigured', why: 'This is not SES: check AWS_REGION and SES_ENDPOINT.' },
  { status: /^408/, kind: 'unknown', why: 'SES gave up waiting.' },
  { status: /^4/, kind: 'tryLater', afterMs: strangeMs, why: 'SES, or somebody before it, refuses the call.' },
  { status: /^/, kind: 'unknown', why: 'The call to SES failed after it was made.' },
]

/** Enough of the answer for whoever asks why. */
const replyTextMax = 500

type SesError = Error & { $metadata?: { httpStatusCode?: number }; $response?: { statusCode?: number } }

/** Turns whatever the library throws into what becomes of the mail. */
export function sesVerdict(error: unknown): SendResult {
  const { name, message, $metadata, $response } = error as SesError
  const status = $metadata?.httpStatusCode ?? $response?.statusCode
  const code = codeOf(error)
  if (status === undefined && isDistrust(code)) {
    return { kind: 'misconfigured', reason: `No trusted connection to SES (${message}). ${trustAdvice}` }
  }
  if (status === undefined && (isNeverConnected(code) || /did not establish a connection/.test(message))) {
    return { kind: 'tryLater', reason: `No connection to SES: ${message}`, afterMs: unreachableMs }
  }
  const rule = rules.find(
    (each) => each.status.test(String(status)) && (each.name?.test(name) ?? true) && (each.text?.test(message) ?? true),
  )
  if (rule === undefined) throw new Error(`No rule for ${status}.`)
  const { kind, why: reason } = rule
  const reply = `${status ?? 'no answer'} ${name} ${message}`.slice(0, replyTextMax)
  if (kind === 'throttled' || kind === 'overQuota' || kind === 'tryLater')
    return { kind, reason, reply, afterMs: rule.afterMs ?? strangeMs }
  return { kind, reason, reply }
}
