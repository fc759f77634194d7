import { describe, expect, test } from 'vitest'
import type { Moment } from '../../../test/peers/raw-smtp-server.ts'
import { sendOne } from '../../../test/peers/sending.ts'
import { brokenPeer, hugeMail, openTo } from '../../../test/peers/smtp-setting.ts'

describe('a server that breaks the protocol', () => {
  test('and says nothing at all is given up after the greeting time', async () => {
    const peer = await brokenPeer({ at: 'connect', doing: 'hang' })

    expect((await sendOne(openTo(peer.url, { patience: { greetingMs: 50 } })))?.kind).toBe('tryLater')
  })

  test.each(['HTTP/1.1 400 Bad Request\r\n\r\n', 'hello\r\n', '\0\0\0\0\r\n'])(
    'and greets with %j is tried later',
    async (bytes) => {
      const peer = await brokenPeer({ at: 'connect', doing: 'say', bytes })

      expect((await sendOne(openTo(peer.url, { patience: { greetingMs: 200 } })))?.kind).toBe('tryLater')
    },
  )

  test('and drips its greeting is given up, however often a byte arrives', async () => {
    const peer = await brokenPeer({ at: 'hello', doing: 'drip', bytes: '250-'.repeat(1000), everyMs: 5 })
    const transport = openTo(peer.url, { patience: { greetingMs: 50, commandMs: 50 } })

    expect((await sendOne(transport))?.kind).toBe('tryLater')
  })

  test('and drips its answer to a command is given up, however often a byte arrives', async () => {
    const peer = await brokenPeer({ at: 'sender', doing: 'drip', bytes: '250-'.repeat(1000), everyMs: 5 })

    expect((await sendOne(openTo(peer.url, { patience: { commandMs: 50 } })))?.kind).toBe('tryLater')
  })

  test.each<Moment>(['connect', 'hello', 'sender', 'data'])(
    'and never ends its line at %s costs no memory',
    async (at) => {
      const peer = await brokenPeer({ at, doing: 'say', bytes: `250-${'x'.repeat(2_000_000)}` })

      expect((await sendOne(openTo(peer.url)))?.kind).toBe('tryLater')
    },
  )

  test('and never ends its line after the final dot leaves the mail unknown', async () => {
    const peer = await brokenPeer({ at: 'dot', doing: 'say', bytes: '250-x\r\n'.repeat(20_000) })

    expect((await sendOne(openTo(peer.url)))?.kind).toBe('unknown')
  })

  test('and answers the mail before it is over is not believed when it says yes', async () => {
    const peer = await brokenPeer({ at: 'data', doing: 'say', bytes: '354 Go ahead\r\n250 2.0.0 Ok\r\n' })

    expect((await sendOne(openTo(peer.url)))?.kind).toBe('tryLater')
  })

  test('and refuses the mail half-way is believed', async () => {
    const peer = await brokenPeer({ at: 'body', doing: 'say', bytes: '552 5.3.4 Too big\r\n', thenReset: true })

    expect(['rejected', 'tryLater']).toContain((await sendOne(openTo(peer.url), hugeMail))?.kind)
    expect(peer.count).toBe(0)
  })

  test('and never answers QUIT does not hold up the end', async () => {
    const peer = await brokenPeer({ at: 'quit', doing: 'hang' })
    const transport = openTo(peer.url)
    const result = await sendOne(transport)

    await transport.close()

    expect(result?.kind).toBe('accepted')
  })

  test('by answering late is waited for', async () => {
    const peer = await brokenPeer({ at: 'dot', doing: 'say', bytes: '250 2.0.0 Ok\r\n', afterMs: 300, accept: true })

    expect((await sendOne(openTo(peer.url, { patience: { commandMs: 100 } })))?.kind).toBe('accepted')
  })
})
