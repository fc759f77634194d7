import { startHttpPeer, type HttpAnswer, type HttpRequest } from './http-faults.ts'

/** An event as Mailgun keeps it. */
export type MailgunEvent = Record<string, unknown> & { id: string; event: string; timestamp: number }

export type MailgunPeer = Awaited<ReturnType<typeof startMailgunPeer>>

type Page = { begin: number; end: number; names: string[]; limit: number; offset: number }

let made = 0

/** What became of a mail, told as Mailgun does: seconds with a fraction, the Message-ID without brackets. */
export function mailgunEvent(
  event: string,
  at: Date,
  { messageId, recipient, ...more }: { messageId: string; recipient: string } & Record<string, unknown>,
): MailgunEvent {
  made++
  return {
    id: `event-${made}`,
    event,
    timestamp: at.getTime() / 1000,
    'log-level': 'info',
    recipient,
    'recipient-domain': recipient.split('@')[1],
    message: { headers: { 'message-id': messageId, from: 'hello@tidings.test', subject: 'Hello' }, size: 2048 },
    flags: { 'is-test-mode': false },
    ...more,
  }
}

/** The events API of Mailgun on 127.0.0.1: pages, tokens that stand in the address, and what it refuses. */
export async function startMailgunPeer({ apiKey = 'mg-key', domain = 'mg.tidings.test', repeats = 0 } = {}) {
  const kept: MailgunEvent[] = []
  const late = new Set<string>()
  const server = await startHttpPeer(async (request) => {
    const answer = work(request)
    return { ...answer, headers: { 'content-type': 'application/json', ...answer.headers } }
  })
  const root = `/v3/${domain}/events`

  function work({ method, path, headers }: HttpRequest): HttpAnswer {
    const known = `Basic ${Buffer.from(`api:${apiKey}`).toString('base64')}`
    if (headers.authorization !== known) return { status: 401, text: 'Forbidden' }
    const url = new URL(path, 'http://mailgun')
    if (method !== 'GET' || !url.pathname.startsWith(root)) return answered(404, { message: 'Domain not found' })
    const token = url.pathname.slice(root.length + 1)
    const page = token === '' ? asked(url.searchParams) : told(token)
    return typeof page === 'string' ? answered(400, { message: page }) : answered(200, show(page))
  }

  function asked(query: URLSearchParams): Page | string {
    const [begin, end, limit] = [query.get('begin'), query.get('end'), query.get('limit') ?? '100'].map(Number)
    if (!(begin! > 0) || !(end! > 0)) return 'begin and end must be seconds'
    if (!(limit! >= 1 && limit! <= 300)) return 'limit must be from 1 to 300'
    if (query.get('ascending') !== 'yes' && end! > begin!) return 'the direction disagrees'
    return { begin: begin!, end: end!, limit: limit!, offset: 0, names: (query.get('event') ?? '').split(' OR ') }
  }

  function told(token: string): Page | string {
    try {
      return JSON.parse(Buffer.from(decodeURIComponent(token), 'base64').toString()) as Page
    } catch {
      return 'Invalid page'
    }
  }

  function show(page: Page) {
    const { begin, end, names, limit, offset } = page
    const all = kept
      .filter(
        ({ id, event, timestamp }) => !late.has(id) && timestamp >= begin && timestamp <= end && names.includes(event),
      )
      .sort((one, other) => one.timestamp - other.timestamp)
    // Pages of a storage that settles overlap.
    const items = all.slice(Math.max(0, offset - repeats), offset + limit)
    const isOver = offset >= all.length
    const link = (at: number) => `https://somewhere-else.example${root}/${tokenOf({ ...page, offset: at })}`
    return {
      items: isOver ? [] : items,
      paging: {
        next: link(offset + limit),
        previous: link(Math.max(0, offset - limit)),
        first: link(0),
        last: link(0),
      },
    }
  }

  return {
    url: server.url,
    env: { MAILGUN_API_KEY: apiKey, MAILGUN_DOMAIN: domain, MAILGUN_BASE_URL: server.url },
    requests: server.requests,
    plan: server.plan,
    close: server.close,
    events: kept,
    add: (...events: MailgunEvent[]) => void kept.push(...events),
    /** These are not shown until `showLate`. */
    addLate(...events: MailgunEvent[]) {
      kept.push(...events)
      for (const { id } of events) late.add(id)
    },
    showLate: () => late.clear(),
  }
}

function tokenOf(page: Page): string {
  return encodeURIComponent(Buffer.from(JSON.stringify(page)).toString('base64'))
}

function answered(status: number, body: object): HttpAnswer {
  return { status, text: JSON.stringify(body) }
}
