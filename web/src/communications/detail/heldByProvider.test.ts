import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Message } from '../../../../api/contract/message.ts'
import * as given from '../../../test/given.ts'
import { audiences, channels, counts, message, messageId } from '../../../test/given-messages.ts'
import { text, visit } from '../../../test/page.ts'
import { serve } from '../../../test/server.ts'
import { isLeaving } from '../live.ts'

const api = `/v1/events/${given.eventId}`

beforeEach(() => void vi.useFakeTimers({ now: new Date('2027-03-02T19:00:00Z'), toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

const sending = (change: Partial<Message>) =>
  message({
    ...{ status: 'sending', firedAt: '2027-03-02T18:00:00.000Z', provider: 'smtp' },
    ...{ counts: counts({ total: 5, sent: 3, queued: 2 }), ...change },
  })

async function page(one: Message) {
  serve({
    [`GET ${api}`]: { body: given.event() },
    [`GET ${api}/sending`]: { body: { hold: null, stranded: [] } },
    'GET /v1/audiences': { body: { items: audiences } },
    'GET /v1/placeholders': { body: { items: [] } },
    'GET /v1/channels': { body: { items: channels } },
    [`GET ${api}/messages`]: { body: { items: [one], nextCursor: null } },
    [`GET ${api}/messages/${messageId}`]: { body: one },
    [`GET ${api}/messages/${messageId}/deliveries`]: { body: { items: [], nextCursor: null } },
  })
  await visit(`/events/${given.eventId}/communications/${messageId}`)
}

test('a refused account is told in plain words beside the provider’s own, and the page watches for its end', async () => {
  const pausedAt = '2027-03-02T18:30:00.000Z'
  const held = sending({
    pausedAt,
    pauseReason: 'Nothing leaves until it is mended.',
    pauseReply: '535 5.7.8 Bad <key>',
  })

  await page(held)

  expect(text()).toContain('Nothing leaves until it is mended.')
  expect(text()).toContain('It says: 535 5.7.8 Bad <key>')
  expect(isLeaving(held, new Date())).toBe(true)
})

test('a used-up quota is told with the time at which it is tried again', async () => {
  await page(
    sending({ waitsFor: { reason: "The mail provider's quota is used up.", until: '2027-03-02T20:00:00.000Z' } }),
  )

  expect(text()).toMatch(/quota is used up\. Nobody is lost: it goes on by itself, next tried \w+ \d+ Mar, \d\d:00\./)
  expect(text()).toContain('Waits for the mail provider at 3 of 5')
})
