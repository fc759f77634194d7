import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Message } from '../../../../api/contract/message.ts'
import * as given from '../../../test/given.ts'
import { audiences, channels, counts, message, messageId } from '../../../test/given-messages.ts'
import { fakeSockets, metrics, openTo, sockets } from '../../../test/live.ts'
import { settled, text, visit } from '../../../test/page.ts'
import { serve } from '../../../test/server.ts'

const api = `/v1/events/${given.eventId}`
const firedAt = '2027-03-02T19:00:00.000Z'

/** The list as a person sees it: all of it is on the screen, or nothing. */
let isOnScreen = true
class Screen {
  readonly tell: (entries: { isIntersecting: boolean }[]) => void
  constructor(tell: (entries: { isIntersecting: boolean }[]) => void) {
    this.tell = tell
  }
  observe(): void {
    this.tell([{ isIntersecting: isOnScreen }])
  }
  unobserve(): void {}
  disconnect(): void {}
}

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2027-03-02T19:00:10Z'), toFake: ['Date'] })
  isOnScreen = true
})
afterEach(() => void vi.useRealTimers())

const sending = (change: Partial<Message> = {}) =>
  message({ status: 'sending', firedAt, counts: counts({ total: 10, queued: 10 }), ...change })

async function list(messages: Message[], path = '') {
  serve({
    [`GET ${api}`]: { body: given.event() },
    [`GET ${api}/sending`]: { body: { hold: null, stranded: [] } },
    'GET /v1/audiences': { body: { items: audiences } },
    'GET /v1/placeholders': { body: { items: [] } },
    'GET /v1/channels': { body: { items: channels } },
    [`GET ${api}/messages`]: ({ query }) => ({
      body: { items: query.tab === 'sent' ? messages : [], nextCursor: null },
    }),
    ...Object.fromEntries(messages.map((one) => [`GET ${api}/messages/${one.id}`, { body: one }])),
  })
  vi.stubGlobal('IntersectionObserver', Screen)
  await visit(`/events/${given.eventId}/communications${path}`, { sockets: fakeSockets })
  const sent = [...document.querySelectorAll<HTMLElement>('[role=radio]')].find((tab) =>
    tab.textContent?.startsWith('Sent'),
  )
  sent?.click()
  await settled()
}
const lines = () => sockets.filter(({ url, isClosed }) => url.includes('/messages/') && !isClosed)

test('a row that is sending moves by itself; one that has been sent costs nothing', async () => {
  await list([sending(), sending({ id: 'old', status: 'sent' })])
  expect(lines()).toHaveLength(1)
  expect(text()).toContain('0 of 10')

  const [line] = openTo(messageId)
  line!.open()
  line!.say(metrics({ total: 10, queued: 3, sent: 7 }))
  await settled()

  expect(text()).toContain('7 of 10')
})

test('rows that nobody can see have no line', async () => {
  isOnScreen = false

  await list([sending(), sending({ id: 'second' })])

  expect(lines()).toHaveLength(0)
})

test('the row of the open message shares the line of its page', async () => {
  await list([sending()], `/${messageId}`)

  expect(openTo(messageId)).toHaveLength(1)
})
