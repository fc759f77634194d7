import { setTimeout as wait } from 'node:timers/promises'
import { EventApiError, type EventApi, type EventApiKind, type EventPage, type EventQuery } from './event-api.ts'
import { askOverHttp, type Answer } from './http-ask.ts'
import { readMailgunConfig, type MailgunConfig } from './mailgun-config.ts'
import { eventFilter, happenedAtOf, readMailgunEvent } from './mailgun-event.ts'
import { retryAfterMs } from './retry-after.ts'

/** Mailgun's own limit (documentation.mailgun.com, events). */
const pageMax = 300
/** An event has about 2 kB; one with a long reply of a server has ten. What is longer is no page of events. */
const pageLengthMax = 8 * 1024 * 1024
/** Mailgun answers in a second or two, and in ten when it is busy. */
const timeoutMs = 20_000
/** A provider that does not answer three times is asked again in the next run, from where this one came. */
const triesMax = 3
/** First 2 s, then 4 s; a provider may ask for more, but the run has to end. */
const waitFirstMs = 2000
const waitMostMs = 30_000

type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>

/**
 * Mailgun's events (GET /v3/{domain}/events), for mails that leave through its SMTP relay. Which row an event is about stands in the
 * Message-ID that we gave the mail.
 */
export const mailgunEvents: EventApiKind = {
  provider: 'mailgun',
  open: (env) => {
    const config = readMailgunConfig(env)
    return config && openMailgunEvents(config)
  },
}

/** @param sleep a parameter so that tests need not wait. */
export function openMailgunEvents(config: MailgunConfig, sleep: Sleep = sleepFor): EventApi {
  const authorization = `Basic ${Buffer.from(`api:${config.apiKey}`).toString('base64')}`
  const path = `${config.baseUrl}/v3/${config.domain}/events`

  async function ask(url: string, signal: AbortSignal | undefined): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      const answer = await askOverHttp(url, { headers: { authorization }, signal }, timeoutMs, pageLengthMax)
      if (answer.kind === 'answered' && answer.status === 200 && answer.json !== undefined) return answer.json
      signal?.throwIfAborted()
      if (!isWorthAnother(answer) || attempt === triesMax) throw new EventApiError(inWords(answer))
      const asked = answer.kind === 'answered' ? answer.headers.get('retry-after') : null
      await sleep(Math.min(retryAfterMs(asked, Date.now(), waitFirstMs * 2 ** (attempt - 1)), waitMostMs), signal)
      signal?.throwIfAborted()
    }
  }

  return {
    provider: mailgunEvents.provider,
    label: 'Mailgun',
    account: `mailgun:${config.domain}`,
    async fetchEvents(query) {
      return pageOf(await ask(addressOf(path, query), query.signal))
    },
  }
}

/** Of the address that Mailgun gives for the next page only its last part is used: our key goes to no other place than was configured. */
function addressOf(path: string, { begin, end, kinds, tag, pageToken, limit }: EventQuery): string {
  if (pageToken !== undefined) return `${path}/${encodeURIComponent(pageToken)}`
  const query = new URLSearchParams({
    begin: String(Math.floor(begin.getTime() / 1000)),
    end: String(Math.ceil(end.getTime() / 1000)),
    ascending: 'yes',
    limit: String(Math.min(limit, pageMax)),
    event: eventFilter(kinds),
    ...(tag !== undefined && { tags: tag }),
  })
  return `${path}?${query}`
}

function pageOf(json: unknown): EventPage {
  const { items, paging } = (json ?? {}) as { items?: unknown; paging?: { next?: unknown } }
  if (!Array.isArray(items)) throw new EventApiError('Mailgun answered with something that is no page of events.')
  const read = items.map((item) => readMailgunEvent(mailgunEvents.provider, item))
  const events = read.filter((event) => event !== undefined)
  const reachedAt = items.map(happenedAtOf).findLast((at) => at !== undefined)
  // There is always a next page; the end is where an empty one comes.
  const next = items.length > 0 ? tokenOf(paging?.next) : undefined
  return { events, foreign: items.length - events.length, reachedAt, next }
}

function tokenOf(next: unknown): string | undefined {
  if (typeof next !== 'string') return undefined
  const token = URL.parse(next)?.pathname.split('/').at(-1)
  return token && token !== 'events' ? decodeURIComponent(token) : undefined
}

function isWorthAnother(answer: Answer): boolean {
  return answer.kind === 'answered' ? answer.status === 429 || answer.status >= 500 || answer.status === 200 : true
}

const refusals: Readonly<Record<number, string>> = {
  401: 'Mailgun does not know MAILGUN_API_KEY.',
  403: 'MAILGUN_API_KEY may not read events of MAILGUN_DOMAIN.',
  404: 'Mailgun does not know MAILGUN_DOMAIN; a domain in the EU needs MAILGUN_BASE_URL=https://api.eu.mailgun.net.',
  429: 'Mailgun is asked too often.',
}

function inWords(answer: Answer): string {
  if (answer.kind !== 'answered') return `Mailgun does not answer: ${answer.reason}`
  if (answer.status === 200) return 'Mailgun answered with something that is no page of events.'
  return refusals[answer.status] ?? `Mailgun answered with status ${answer.status}.`
}

const sleepFor: Sleep = (ms, signal) => wait(ms, undefined, { signal }).catch(() => {})
