import { describe, expect, onTestFinished, test } from 'vitest'
import type { Mail } from '../domain/mail.ts'
import type { SendResult } from '../domain/send-result.ts'
import { startResendPeer, type ResendPeerOptions } from '../../test/peers/resend-server.ts'
import { lineOf, sendOne } from '../../test/peers/sending.ts'
import { someMail } from '../../test/peers/some-mail.ts'
import type { Transport } from './provider.ts'
import { readResendConfig } from './resend-config.ts'
import { resend } from './resend.ts'

async function given(options: ResendPeerOptions = {}, timeoutMs = 5_000) {
  const peer = await startResendPeer(options)
  onTestFinished(() => peer.close())
  const config = readResendConfig({ RESEND_API_KEY: peer.apiKey, RESEND_BASE_URL: peer.url })
  if (config === undefined) throw new Error('not configured')
  const transport = resend.open({ ...config, timeoutMs }, () => undefined)
  onTestFinished(() => transport.close())
  return { peer, transport }
}

const batch = (count: number, from = 1) => Array.from({ length: count }, (_, index) => someMail({ seq: from + index }))

async function sendBatch(transport: Transport, mails: readonly Mail[], key = 'batch-1'): Promise<SendResult[]> {
  const line = await lineOf(transport)
  try {
    return await line.send(mails, key)
  } finally {
    line.release()
  }
}

const kinds = (results: readonly SendResult[]) => [...new Set(results.map(({ kind }) => kind))]

describe('a batch', () => {
  test('carries a hundred mails in one call, and tells the id of each in order', async () => {
    const { peer, transport } = await given()

    const results = await sendBatch(transport, batch(100))

    expect(peer.requests).toHaveLength(1)
    expect(peer.count).toBe(100)
    expect(results.map((result) => result.kind === 'accepted' && result.providerMessageId)).toEqual(
      peer.mails.map(({ id }) => id),
    )
    expect(peer.mails.flatMap(({ to }) => to)).toEqual(batch(100).map(({ envelope }) => envelope.to))
  })

  test('whose answer was lost is sent again under its key and delivered once', async () => {
    const { peer, transport } = await given()
    peer.plan({ doing: 'cutBody', accept: true })

    const first = await sendBatch(transport, batch(50))
    const second = await sendBatch(transport, batch(50))

    expect([kinds(first), kinds(second)]).toEqual([['unknown'], ['accepted']])
    expect([peer.count, peer.doubled]).toEqual([50, []])
  })

  test('with one bad address is split, and none of it is accepted', async () => {
    const { peer, transport } = await given()

    const results = await sendBatch(transport, [...batch(3), someMail({ seq: 4, to: 'guest@localhost' })])

    expect(results.map(({ kind }) => kind)).toEqual(['split', 'split', 'split', 'split'])
    expect(peer.count).toBe(0)
  })

  test('with an address that must not touch a wire is split before anything is sent', async () => {
    const { peer, transport } = await given()

    const results = await sendBatch(transport, [...batch(2), someMail({ seq: 3, to: 'a@example.com, b@example.com' })])

    expect(kinds(results)).toEqual(['split'])
    expect(peer.requests).toHaveLength(0)
  })

  test('needs a key of its own, and no attachments', async () => {
    const { transport } = await given()
    const ticket = { filename: 'ticket.ics', contentType: 'text/calendar', content: 'BEGIN:VCALENDAR' }
    const line = await lineOf(transport)

    await expect(line.send(batch(2))).rejects.toThrow(/batchKey/)
    await expect(line.send([...batch(1), someMail({ seq: 2, attachments: [ticket] })], 'key')).rejects.toThrow(/alone/)
    line.release()
  })

  test('of a different make under a known key is never sent, and rings the alarm', async () => {
    const { peer, transport } = await given()
    await sendBatch(transport, batch(2))

    const results = await sendBatch(transport, batch(2, 2))

    expect(results).toMatchObject([
      { kind: 'unknown', conflict: true },
      { kind: 'unknown', conflict: true },
    ])
    expect(peer.count).toBe(2)
  })

  test('that is still in progress is asked for again later', async () => {
    const { peer, transport } = await given({ latencyMs: 200 })
    const first = sendBatch(transport, batch(2))
    await expect.poll(() => peer.requests).toHaveLength(1)

    const second = await sendBatch(transport, batch(2))

    expect(second).toMatchObject([{ kind: 'unknown' }, { kind: 'unknown' }])
    expect(second[0]).not.toHaveProperty('conflict')
    expect(kinds(await first)).toEqual(['accepted'])
    expect(peer.count).toBe(2)
  })
})

describe("Resend's answer", () => {
  const error = (status: number, name: string, message = 'No.') => ({
    status,
    text: JSON.stringify({ statusCode: status, name, message }),
  })

  test.each([
    [error(422, 'validation_error', 'Invalid `to` field.'), 'rejected', 'split'],
    [error(422, 'missing_required_field', 'Missing `subject` field.'), 'rejected', 'split'],
    [error(422, 'invalid_parameter'), 'rejected', 'split'],
    [error(422, 'invalid_attachment'), 'rejected', 'split'],
    [error(400, 'validation_error'), 'rejected', 'split'],
    [error(413, 'application_error'), 'rejected', 'split'],
    [error(422, 'invalid_from_address'), 'misconfigured', 'misconfigured'],
    [error(422, 'validation_error', 'Invalid `from` field.'), 'misconfigured', 'misconfigured'],
    [error(403, 'validation_error', 'The example.com domain is not verified.'), 'misconfigured', 'misconfigured'],
    [error(401, 'missing_api_key'), 'misconfigured', 'misconfigured'],
    [error(401, 'restricted_api_key'), 'misconfigured', 'misconfigured'],
    [error(403, 'invalid_api_key'), 'misconfigured', 'misconfigured'],
    [error(400, 'invalid_idempotency_key'), 'misconfigured', 'misconfigured'],
    [error(451, 'security_error'), 'misconfigured', 'misconfigured'],
    [error(404, 'not_found'), 'misconfigured', 'misconfigured'],
    [error(405, 'method_not_allowed'), 'misconfigured', 'misconfigured'],
    [error(429, 'rate_limit_exceeded'), 'throttled', 'throttled'],
    [error(429, 'daily_quota_exceeded'), 'overQuota', 'overQuota'],
    [error(429, 'monthly_quota_exceeded'), 'overQuota', 'overQuota'],
    [error(409, 'concurrent_idempotent_requests'), 'unknown', 'unknown'],
    [error(409, 'invalid_idempotent_request'), 'unknown', 'unknown'],
    [error(500, 'application_error'), 'unknown', 'unknown'],
    [error(500, 'internal_server_error'), 'unknown', 'unknown'],
    [{ status: 429, text: 'slow down' }, 'throttled', 'throttled'],
    [{ status: 400, text: '<h1>Bad request</h1>' }, 'tryLater', 'tryLater'],
    [{ status: 408, text: '' }, 'unknown', 'unknown'],
    [{ status: 502, text: '<h1>Bad gateway</h1>' }, 'unknown', 'unknown'],
    [{ status: 503, text: '' }, 'unknown', 'unknown'],
    [{ status: 504, text: '' }, 'unknown', 'unknown'],
    [{ status: 200, text: '' }, 'unknown', 'unknown'],
    [{ status: 200, text: 'null' }, 'unknown', 'unknown'],
    [{ status: 200, text: '{"id":' }, 'unknown', 'unknown'],
    [{ status: 200, text: '{"id":42}' }, 'unknown', 'unknown'],
    [{ status: 200, text: '{"data":[]}' }, 'unknown', 'unknown'],
    [{ status: 200, text: '{"data":[{"id":"only one"},{}]}' }, 'unknown', 'accepted,unknown'],
    [{ status: 200, text: '<html>Welcome to the hotel</html>' }, 'unknown', 'unknown'],
    [{ status: 200, text: `{"id":"${'x'.repeat(2_000_000)}"}` }, 'unknown', 'unknown'],
    [{ status: 302, text: '', headers: { location: 'https://resend.example/' } }, 'misconfigured', 'misconfigured'],
    [{ status: 307, text: '', headers: { location: '/emails' } }, 'misconfigured', 'misconfigured'],
  ])('%j means %s for one mail and %s for a batch', async (answer, alone, together) => {
    const { peer, transport } = await given()
    peer.plan({ doing: 'answer', ...answer, times: 2 })

    const one = await sendOne(transport)
    const several = await sendBatch(transport, batch(2))

    expect([one?.kind, kinds(several).join()]).toEqual([alone, together])
    expect(peer.requests).toHaveLength(2)
  })

  test.each([
    ['2', 2_000],
    ['999999999', 3_600_000],
    [undefined, 1_000],
  ])('to slow down for %s s is obeyed for %i ms', async (header, afterMs) => {
    const { peer, transport } = await given()
    peer.plan({
      doing: 'answer',
      ...error(429, 'rate_limit_exceeded'),
      ...(header && { headers: { 'retry-after': header } }),
    })

    expect(await sendOne(transport)).toMatchObject({ kind: 'throttled', afterMs })
  })

  test.each(['hang', 'hangInBody'] as const)(
    'that does not come in time (%s) leaves the mail unknown',
    async (doing) => {
      const { peer, transport } = await given({}, 100)
      peer.plan({ doing, accept: true })

      expect((await sendOne(transport))?.kind).toBe('unknown')
    },
  )

  test('tells how fast it takes calls', async () => {
    const { transport } = await given({ callsPerSecond: 5 })
    expect(transport.pace?.()).toEqual({ callsPerSecond: 2, assumed: true })

    await sendOne(transport)

    expect(transport.pace?.()).toEqual({ callsPerSecond: 5 })
  })

  test('to a key that may only send is enough to know that it works', async () => {
    const { transport } = await given()

    expect(await transport.verify()).toBe('ok')
  })
})

describe('a mail', () => {
  test('carries its tag, its headers and its key', async () => {
    const { peer, transport } = await given()

    await sendOne(transport, someMail({ seq: 7 }))

    expect(peer.requests[0]?.headers['idempotency-key']).toBe(someMail({ seq: 7 }).idempotencyKey)
    expect(peer.mails[0]).toMatchObject({
      from: '"Amina" <host@tidings.example>',
      to: ['guest7@example.com'],
      tags: [{ name: 'delivery', value: someMail({ seq: 7 }).deliveryTag }],
      headers: { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
    })
  })

  test('is the same bytes on every attempt, so that its key is recognised', async () => {
    const { peer, transport } = await given()

    const results = [await sendOne(transport), await sendOne(transport)]

    expect(results[0]).toEqual(results[1])
    expect(peer.requests[0]?.body).toBe(peer.requests[1]?.body)
    expect(peer.count).toBe(1)
  })

  test('takes its attachments along', async () => {
    const { peer, transport } = await given()
    const content = 'BEGIN:VCALENDAR\r\nSUMMARY:Gala – Zürich'

    await sendOne(
      transport,
      someMail({ attachments: [{ filename: 'gala.ics', contentType: 'text/calendar', content }] }),
    )

    const [attachment] = peer.mails[0]?.attachments ?? []
    expect(attachment?.filename).toBe('gala.ics')
    expect(Buffer.from(attachment?.content ?? '', 'base64').toString()).toBe(content)
  })
})
