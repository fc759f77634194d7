import { createHash } from 'node:crypto'
import type { Mail } from '../domain/mail.ts'
import type { SendResult } from '../domain/send-result.ts'
import { envelopeFault } from './envelope-guard.ts'
import { oneMail } from './one-mail.ts'
import { Places } from './places.ts'
import { closedTransport, type Line, type NoLine, type Pace, type Provider, type Transport } from './provider.ts'
import { readSesConfig, type SesConfig } from './ses-config.ts'
import { loadLibrary, type Library } from './ses-library.ts'
import { sesVerdict } from './ses-verdict.ts'
import { withinTime } from './within-time.ts'
import { unwritable } from './unwritable.ts'

/** Amazon SES, version 1 of its API, with mails that we write ourselves. */
export const ses: Provider<SesConfig> = {
  key: 'ses',
  label: 'Amazon SES',
  because: 'AWS_ACCESS_KEY_ID is set',
  configure: readSesConfig,
  account: ({ region, accessKeyId }) =>
    `ses:${region}:${createHash('sha256').update(accessKeyId).digest('hex').slice(0, 12)}`,
  open: (config) => new SesTransport(config),
}

/** A configuration set publishes a Send event with our tag, within seconds as a rule; a quarter of an hour is what a bad day takes. */
const eventsWithinMs = 15 * 60_000

class SesTransport implements Transport {
  readonly provider = 'ses'
  readonly account: string
  readonly batchMax = 1
  readonly linesMax: number
  /** SES has no key for a call, and replaces our Message-ID. */
  readonly deduplicates = false
  readonly evidenceWithinMs?: number
  readonly #config: SesConfig
  readonly #places: Places
  #library: Promise<Library> | undefined
  #pace: Pace | undefined

  constructor(config: SesConfig) {
    this.account = ses.account(config)
    this.linesMax = config.linesMax
    this.#config = config
    if (config.configurationSet) this.evidenceWithinMs = eventsWithinMs
    this.#places = new Places(config.linesMax)
  }

  async line(): Promise<Line | NoLine> {
    if (!(await this.#places.take())) return closedTransport
    await this.#load()
    return {
      kind: 'line',
      send: async (mails) => [await this.#send(oneMail(mails))],
      // A request leaves in one piece as soon as it is made, so there is nothing to break off; it is over in 10 s at most.
      breakOff: () => undefined,
      release: () => this.#places.giveBack(),
    }
  }

  async verify(): Promise<'ok' | (string & {})> {
    try {
      await this.askPace()
      return 'ok'
    } catch (error) {
      const result = sesVerdict(error)
      return result.kind === 'accepted' ? 'ok' : [result.reason, result.reply].filter(Boolean).join(' ')
    }
  }

  async close(): Promise<void> {
    await this.#places.close()
    const library = await this.#library
    library?.client.destroy()
  }

  pace(): Pace | undefined {
    return this.#pace
  }

  async askPace(): Promise<Pace> {
    const { client, commands } = await this.#load()
    const quota = await withinTime(this.#config.timeoutMs, (abortSignal) =>
      client.send(new commands.GetSendQuotaCommand({}), { abortSignal }),
    )
    this.#pace = paceOf(quota)
    return this.#pace
  }

  async #send(mail: Mail): Promise<SendResult> {
    const fault = envelopeFault(mail)
    if (fault !== undefined) return fault
    let mime: string
    try {
      mime = mail.mime()
    } catch (error) {
      return unwritable(error)
    }
    const { client, commands } = await this.#load()
    const { configurationSet, timeoutMs: callMs } = this.#config
    const command = new commands.SendRawEmailCommand({
      Source: mail.envelope.from,
      Destinations: [mail.envelope.to],
      RawMessage: { Data: Buffer.from(mime) },
      Tags: [{ Name: 'delivery', Value: mail.deliveryTag }],
      ...(configurationSet && { ConfigurationSetName: configurationSet }),
    })
    try {
      const { MessageId } = await withinTime(callMs, (abortSignal) => client.send(command, { abortSignal }))
      return MessageId
        ? { kind: 'accepted', providerMessageId: MessageId }
        : { kind: 'unknown', reason: 'SES said yes without naming the mail.' }
    } catch (error) {
      return sesVerdict(error)
    }
  }

  #load(): Promise<Library> {
    this.#library ??= loadLibrary(this.#config)
    return this.#library
  }
}

type Quota = { Max24HourSend?: number; MaxSendRate?: number; SentLast24Hours?: number }

/** A daily quota of -1 means that there is none. */
function paceOf({ Max24HourSend = -1, MaxSendRate = 0, SentLast24Hours = 0 }: Quota): Pace {
  return {
    ...(MaxSendRate > 0 && { callsPerSecond: MaxSendRate }),
    ...(Max24HourSend >= 0 && { mailsLeft: Math.max(0, Max24HourSend - SentLast24Hours) }),
  }
}
