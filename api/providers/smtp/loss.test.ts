import { describe, expect, test } from 'vitest'
import type { Moment } from '../../../test/peers/raw-smtp-server.ts'
import { lineOf, sendOne } from '../../../test/peers/sending.ts'
import { brokenPeer, hugeMail, openTo, properPeer } from '../../../test/peers/smtp-setting.ts'
import { someMail } from '../../../test/peers/some-mail.ts'

describe('a connection that is lost', () => {
  const beforeTheDot: Moment[] = ['sender', 'recipient', 'data']

  test.each(beforeTheDot)('at %s means that the mail was not taken and may go again', async (at) => {
    const peer = await brokenPeer({ at, doing: 'reset' })
    const transport = openTo(peer.url)

    const first = await sendOne(transport)
    const second = await sendOne(transport)

    expect(first?.kind).toBe('tryLater')
    expect(second?.kind).toBe('accepted')
    expect(peer.countTo('guest1@example.com')).toBe(1)
  })

  test.each(beforeTheDot)('by silence at %s means that the mail was not taken', async (at) => {
    const peer = await brokenPeer({ at, doing: 'hang' })
    const transport = openTo(peer.url, { patience: { commandMs: 50 } })

    expect((await sendOne(transport))?.kind).toBe('tryLater')
  })

  test('in the middle of the body means that the mail was not taken', async () => {
    const peer = await brokenPeer({ at: 'body', doing: 'reset' })

    expect((await sendOne(openTo(peer.url), hugeMail))?.kind).toBe('tryLater')
    expect(peer.count).toBe(0)
  })

  test('because the server stops reading in the middle of the body means that the mail was not taken', async () => {
    const peer = await brokenPeer({ at: 'body', doing: 'stall' })
    const transport = openTo(peer.url, { patience: { dataMs: 100 } })

    expect((await sendOne(transport, hugeMail))?.kind).toBe('tryLater')
    expect(peer.count).toBe(0)
  })

  test.each([true, false])('after the final dot means that nobody knows (the server took it: %s)', async (accept) => {
    const peer = await brokenPeer({ at: 'dot', doing: 'reset', accept })

    const result = await sendOne(openTo(peer.url))

    expect(result?.kind).toBe('unknown')
    expect(peer.count).toBe(accept ? 1 : 0)
  })

  test('by silence after the final dot means that nobody knows', async () => {
    const peer = await brokenPeer({ at: 'dot', doing: 'hang', accept: true })

    expect((await sendOne(openTo(peer.url, { patience: { dataMs: 50 } })))?.kind).toBe('unknown')
  })

  test('after a reply that is cut short means that nobody knows', async () => {
    const peer = await brokenPeer({ at: 'dot', doing: 'say', bytes: '250 2.0.0 O', thenReset: true, accept: true })

    expect((await sendOne(openTo(peer.url)))?.kind).toBe('unknown')
  })

  test('with nonsense behind a good answer takes nothing back of the answer', async () => {
    const peer = await brokenPeer({
      at: 'dot',
      doing: 'say',
      bytes: '250 2.0.0 Ok: queued as ABCDE\r\nwhat?\r\n',
      accept: true,
    })

    expect(await sendOne(openTo(peer.url))).toEqual({ kind: 'accepted', providerMessageId: 'ABCDE' })
  })

  test('while it was idle is replaced, and the mail goes out once', async () => {
    const peer = await brokenPeer()
    const transport = openTo(peer.url)
    await sendOne(transport, someMail({ seq: 1 }))
    peer.plan({ at: 'sender', doing: 'reset' })

    const result = await sendOne(transport, someMail({ seq: 2 }))

    expect(result?.kind).toBe('accepted')
    expect([...peer.counts.values()]).toEqual([1, 1])
  })

  test('while it was idle with a last word (421) is replaced, and the mail goes out once', async () => {
    const peer = await brokenPeer()
    const transport = openTo(peer.url)
    await sendOne(transport, someMail({ seq: 1 }))
    peer.plan({ at: 'sender', doing: 'say', bytes: '421 4.4.2 Idle too long\r\n', thenReset: true })

    expect((await sendOne(transport, someMail({ seq: 2 })))?.kind).toBe('accepted')
    expect([...peer.counts.values()]).toEqual([1, 1])
  })

  test('by a restart of the server is noticed by the next mail', async () => {
    const peer = await properPeer()
    const transport = openTo(peer.url)
    await sendOne(transport, someMail({ seq: 1 }))
    peer.dropConnections()

    expect((await sendOne(transport, someMail({ seq: 2 })))?.kind).toBe('accepted')
    expect([...peer.counts.values()]).toEqual([1, 1])
  })
})

describe('a mail that is broken off', () => {
  test('before its final dot was not taken and may go again', async () => {
    const peer = await brokenPeer({ at: 'body', doing: 'stall' })
    const transport = openTo(peer.url)
    const line = await lineOf(transport)

    const sending = line.send([hugeMail])
    await expect.poll(() => peer.heard).toContain('DATA')
    line.breakOff()
    const [result] = await sending
    line.release()

    expect(result?.kind).toBe('tryLater')
    expect((await sendOne(transport))?.kind).toBe('accepted')
    expect(peer.countTo('guest1@example.com')).toBe(1)
  })

  test('while its connection is made anew is not sent', async () => {
    const peer = await brokenPeer()
    const transport = openTo(peer.url)
    await sendOne(transport, someMail({ seq: 1 }))
    peer.plan({ at: 'sender', doing: 'reset' })
    peer.plan({ at: 'hello', doing: 'say', bytes: '250 peer\r\n', afterMs: 100 })
    const line = await lineOf(transport)

    const sending = line.send([someMail({ seq: 2 })])
    await expect.poll(() => peer.heard.filter((command) => command.startsWith('EHLO')).length).toBe(3)
    line.breakOff()

    expect(await sending).toMatchObject([{ kind: 'tryLater' }])
    line.release()
    expect(peer.countTo('guest2@example.com')).toBe(0)
  })

  test('after its final dot gets the time to be answered', async () => {
    const peer = await brokenPeer({ at: 'dot', doing: 'say', bytes: '250 2.0.0 Ok\r\n', afterMs: 100, accept: true })
    const line = await lineOf(openTo(peer.url))

    const sending = line.send([someMail()])
    await expect.poll(() => peer.count).toBe(1)
    line.breakOff()

    expect(await sending).toMatchObject([{ kind: 'accepted' }])
    line.release()
  })
})
