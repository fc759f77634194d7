import type { Mail } from '../domain/mail.ts'
import type { SendResult } from '../domain/send-result.ts'

/** In the order in which the picker tries them. */
export const providerKeys = ['resend', 'smtp', 'ses', 'log'] as const
export type ProviderKey = (typeof providerKeys)[number]

export type Environment = Readonly<Record<string, string | undefined>>

/** Where a provider may write a line for the operator; pino's `(object, text)`. */
export type Log = (entry: Readonly<Record<string, unknown>>, text: string) => void

/** A vendor's wire, and all that Tidings knows of the vendor. A new one is one file like this and a line in `providers.ts`. */
export interface Provider<Config = unknown> {
  readonly key: ProviderKey
  readonly label: string
  /** Tells the operator why this provider is the one, as the end of "SMTP, because ...". */
  readonly because: string
  /**
   * Reads what it needs from the environment; undefined when the operator has not configured this provider.
   * @throws ConfigurationError naming the variable, the expected shape and the fix when it is half configured.
   */
  configure(env: Environment): Config | undefined
  /** Which account mails leave through: equal for replicas with the same configuration, and free of secrets. */
  account(config: Config): string
  /** Opens no connection yet; the first line does. */
  open(config: Config, log: Log): Transport
}

export interface Transport {
  readonly provider: ProviderKey
  /** See `Provider.account`. */
  readonly account: string
  /** Mails that one call may carry; 1 for all but batch APIs. */
  readonly batchMax: number
  /** Calls that may be on the wire at once. */
  readonly linesMax: number
  /** A repeat of the same mails under the same keys is not delivered twice. */
  readonly deduplicates: boolean
  /** 'throttled' is about the line that it came on, and not about the account: so an SMTP server closes one connection of many. */
  readonly shedsLines?: true
  /** The provider tells by an event of every mail that it has taken, at the latest after this long; missing when it tells nothing. */
  readonly evidenceWithinMs?: number
  /**
   * Waits for a free line and makes sure that it is connected, so that rows are marked as wired only when bytes can leave.
   * @returns the line, or why none could be had; in that case surely nothing was sent.
   */
  line(): Promise<Line | NoLine>
  /** Ends idle lines at once and busy ones when their call is over; whoever waits for a line gets none. */
  close(): Promise<void>
  /**
   * Checks credentials without sending a mail.
   * @returns 'ok' or a sentence for the operator.
   */
  verify(): Promise<'ok' | (string & {})>
  /** How fast the provider takes calls, as far as it has said; undefined when there is no limit that we know of. */
  pace?(): Pace | undefined
  /** Asks the provider how fast it takes mail, and how much more today. Rejects when it does not say. Never more often than once a second. */
  askPace?(): Promise<Pace>
}

/** `callsPerSecond` counts requests (a batch is one); `mailsLeft` is what remains of a daily quota, absent when there is none.
 * `assumed`: nobody has said so yet. */
export type Pace = { callsPerSecond?: number; mailsLeft?: number; assumed?: true }

export type NoLine = { kind: 'noLine'; result: Extract<SendResult, { kind: 'misconfigured' | DefinitelyNotYet }> }
type DefinitelyNotYet = 'throttled' | 'overQuota' | 'tryLater'

/** What a transport answers whoever asks for a line after `close`. */
export const closedTransport: NoLine = {
  kind: 'noLine',
  result: { kind: 'tryLater', reason: 'This process is stopping.', afterMs: 0 },
}

export interface Line {
  readonly kind: 'line'
  /**
   * Hands over up to `batchMax` mails in one call and answers one result per mail, in order. Whatever happens on the wire
   * has a kind. `batchKey` is the idempotency key of a call with several mails.
   * `following` is asked when the last bytes of a single mail leave: the mail that comes next on this line, if that is known by then. A line
   * may announce it at once and so spare a round trip; it is not handed over before its own `send`. Should another come instead, or
   * none, the line may have to connect anew.
   * @throws only for a mistake of the caller's: no mail, more than `batchMax`, several without a `batchKey`, or several of
   * which one has an attachment (batch APIs refuse those, so such mails go singly).
   */
  send(mails: readonly Mail[], batchKey?: string, following?: () => Mail | undefined): Promise<SendResult[]>
  /**
   * Breaks off a call whose last byte (final dot, request body) has not left; its mails then answer 'tryLater'.
   * A call that is past that point is left to finish.
   */
  breakOff(): void
  /** Gives the line back. Must be called exactly once. */
  release(): void
}

/** A mistake of the operator's, told in one line that says what to do. */
export class ConfigurationError extends Error {
  override name = 'ConfigurationError'
}
