import type { IncomingHttpHeaders } from 'node:http'
import { feedbackMax, type Feedback } from '../domain/feedback.ts'
import type { Environment, ProviderKey } from './provider.ts'

/** What came in, before anything of it is believed. */
export type WebhookRequest = {
  body: Buffer
  headers: IncomingHttpHeaders
  now: Date
  /** An operator brings it, who knows how old it is. */
  ofAnyAge?: true
}

/** What a provider's request turned out to be. Reasons are for the operator's log, and never for whoever asked. */
export type Reading =
  /** `foreign`: reports about mails that are none of ours, or of a kind that says nothing of a mail. They are signed, and so acknowledged. */
  | { kind: 'reports'; reports: Feedback[]; foreign: number }
  /** A subscription that we are asked to confirm, by a source that we know. */
  | { kind: 'confirmSubscription'; topic: string; confirm(): Promise<'ok' | (string & {})> }
  /** Signed, and nothing to store: worth a line for the operator. */
  | { kind: 'noted'; reason: string }
  | { kind: 'forged'; reason: string }
  | { kind: 'malformed'; reason: string }
  /** It cannot be verified just now. */
  | { kind: 'tryLater'; reason: string }

/** The side of a provider that listens: what it alone knows of its webhooks. It stands beside the one that sends, and in the list of `webhooks.ts`. */
export interface WebhookReader<Config = unknown> {
  readonly key: ProviderKey
  /**
   * Reads what it needs from the environment; undefined when the operator has not configured this webhook.
   * @throws ConfigurationError naming the variable, the expected shape and the fix.
   */
  configure(env: Environment): Config | undefined
  open(config: Config): OpenWebhook
}

export interface OpenWebhook {
  /** Reads one request. No bytes make it throw. */
  read(request: WebhookRequest): Reading | Promise<Reading>
}

export const foreign: Reading = { kind: 'reports', reports: [], foreign: 1 }

/** Some providers date their first events to the epoch, and a database has an end of time. */
const earliestMs = Date.UTC(2000, 0)

/** An instant as a provider writes it; now, when it is none, lies ahead, or cannot be true. */
export function instantOf(text: unknown, now: Date): Date {
  const ms = typeof text === 'string' ? Date.parse(text) : Number.NaN
  return ms >= earliestMs && ms <= now.getTime() ? new Date(ms) : now
}

/** Words of somebody else's server, at a length that can be kept; a reason of a megabyte is cut before anybody looks at it. */
export function detailOf(...words: unknown[]): string | undefined {
  const said = words.filter((each): each is string => typeof each === 'string' && each !== '')
  return (
    said
      .map((each) => each.slice(0, feedbackMax.detail))
      .join(' ')
      .slice(0, feedbackMax.detail) || undefined
  )
}

/** A name that is longer than what is kept of it would not be the same name any more. */
export function nameOf(text: unknown, max: number): string | undefined {
  return typeof text === 'string' && text !== '' && text.length <= max ? text : undefined
}

/** `Ada <ada@example.com>` and `ada@example.com` are the same address. */
export function addressOf(mailbox: unknown): string | undefined {
  const text = nameOf(mailbox, feedbackMax.address * 2)
  return nameOf((/<([^<>]*)>\s*$/.exec(text ?? '')?.[1] ?? text)?.trim(), feedbackMax.address)
}

export type Fields = Readonly<Record<string, unknown>>

/** Another program's JSON: whatever stands where an object is expected, there is one, perhaps without any field. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

/** @returns the object that the bytes spell, or undefined when they spell none. */
export function jsonObject(body: Buffer | string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(body.toString())
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined
  } catch {
    return undefined
  }
}
