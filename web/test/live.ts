import { vi } from 'vitest'
import type { Counts } from '../../api/contract/message.ts'
import type { Metrics, Rates } from '../../api/contract/metrics.ts'
import { counts, message, messageId } from './given-messages.ts'
import { eventId } from './given.ts'

/** A socket of which the test is the other end. */
export class FakeSocket extends EventTarget {
  readonly sent: string[] = []
  isClosed = false
  readonly url: string
  constructor(url: string) {
    super()
    this.url = url
    sockets.push(this)
  }
  send(text: string): void {
    this.sent.push(text)
  }
  close(): void {
    this.isClosed = true
  }
  open(): void {
    this.dispatchEvent(new Event('open'))
  }
  say(frame: unknown): void {
    const data = typeof frame === 'string' ? frame : JSON.stringify(frame)
    this.dispatchEvent(new MessageEvent('message', { data }))
  }
  /** The server, or the network, ends it. */
  drop(code = 1006): void {
    this.isClosed = true
    this.dispatchEvent(Object.assign(new Event('close'), { code }))
  }
}

/** Every socket that was opened, oldest first. */
export const sockets: FakeSocket[] = []

export function fakeSockets(): FakeSocket[] {
  sockets.length = 0
  vi.stubGlobal('WebSocket', FakeSocket)
  return sockets
}

/** The open sockets to what ends with this. */
export const openTo = (end: string) => sockets.filter(({ url, isClosed }) => url.endsWith(end) && !isClosed)

/** As the server does: nothing is told below five mails. */
export function rates(numbers: Counts): Rates {
  const share = (part: keyof Counts, whole: keyof Counts) =>
    numbers.sent < 5 || numbers[whole] === 0 ? null : Number(((100 * numbers[part]) / numbers[whole]).toFixed(2))
  return {
    deliveredOfSent: share('delivered', 'sent'),
    openedOfTotal: share('opened', 'total'),
    openedOfSent: share('opened', 'sent'),
    openedOfDelivered: share('opened', 'delivered'),
    clickedOfSent: share('clicked', 'sent'),
    clickedOfDelivered: share('clicked', 'delivered'),
    clickedOfOpened: share('clicked', 'opened'),
    bouncedOfSent: share('bounced', 'sent'),
    complainedOfDelivered: share('complained', 'delivered'),
    unsubscribedOfSent: share('unsubscribed', 'sent'),
  }
}

export function metrics(
  change: Partial<Counts> = {},
  {
    at = '2027-03-02T19:00:01.000Z',
    uplift,
    ...about
  }: Partial<Metrics['message'] & Pick<Metrics, 'at' | 'uplift'>> = {},
): Metrics {
  const { kind, label, pausedAt, reopened } = message()
  const numbers = counts(change)
  return {
    message: {
      ...{ id: messageId, eventId, kind, label, pausedAt, reopened, status: 'sending' },
      ...{ firedAt: '2027-03-02T19:00:00.000Z', finishedAt: null, ...about },
    },
    counts: numbers,
    rates: rates(numbers),
    ...(uplift && { uplift }),
    at,
  }
}

/** A fetch that answers plain questions with JSON, and keeps a stream open until the test ends it. */
export function fakeStream() {
  const encoder = new TextEncoder()
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  const body = new ReadableStream<Uint8Array>({ start: (started) => void (controller = started) })
  return {
    response: () => new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
    write: (text: string) => controller?.enqueue(encoder.encode(text)),
    end: () => controller?.close(),
  }
}
