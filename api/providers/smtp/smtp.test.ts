import { afterEach, describe, expect, test } from 'vitest'
import type { Mail } from '../../domain/mail.ts'
import type { SendResult } from '../../domain/send-result.ts'
import { startRawSmtpPeer, type Misbehaviour, type Moment } from '../../../test/peers/raw-smtp-server.ts'
import { startSmtpPeer, type SmtpPeerOptions } from '../../../test/peers/smtp-server.ts'
import { someMail } from '../../../test/peers/some-mail.ts'
import type { Line, Transport } from '../provider.ts'
import { readSmtpConfig, type SmtpConfig } from './smtp-url.ts'
import { smtp } from './smtp.ts'

type Changes = Partial<Omit<SmtpConfig, 'patience'>> & { patience?: Partial<SmtpConfig['patience']> }

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanups.splice(0).toReversed()) await cleanUp()
})

function openTo(url: string, { patience, ...changes }: Changes = {}): Transport {
  const config = readSmtpConfig({ SMTP_URL: url })
  if (config === undefined) throw new Error('no SMTP_URL')
  const transport = smtp.open({ ...config, ...changes, patience: { ...config.patience, ...patience } }, () => undefined)
  cleanups.push(() => transport.close())
  return transport
}

async function brokenPeer(...misbehaviours: Misbehaviour[]) {
  const peer = await startRawSmtpPeer()
  cleanups.push(() => peer.close())
  for (const misbehaviour of misbehaviours) peer.plan(misbehaviour)
  return peer
}

async function properPeer(options: SmtpPeerOptions = {}) {
  const peer = await startSmtpPeer(options)
  cleanups.push(() => peer.close())
  return peer
}

async function lineOf(transport: Transport): Promise<Line> {
  const line = await transport.line()
  if (line.kind === 'noLine') throw new Error(`no line: ${line.result.reason}`)
  return line
}

async function sendOne(transport: Transport, mail: Mail = someMail()): Promise<SendResult | undefined> {
  const line = await transport.line()
  if (line.kind === 'noLine') return line.result
  const [result] = await line.send([mail])
  line.release()
  return result
}

/** Larger than what two kernels' buffers hold, so that a peer that stops reading stops the writer half-way. */
const hugeMail = someMail({
  text: 'All work and no play makes Jack a dull boy, and this line is not the last one.\r\n'.repeat(200_000),
})

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

describe('the conversation', () => {
  test('carries the mail byte for byte, dots at the beginning of lines included', async () => {
    const peer = await properPeer()
    const mail = someMail({ text: '.\r\n..\r\n.hidden\r\n\r\n.\r\nQUIT\r\nend.' })

    await sendOne(openTo(peer.url), mail)

    expect(peer.mails[0]?.raw).toBe(mail.mime())
  })

  test.each(['\n.\n', '\n.\r\n', '\r.\r', '\r.\r\n', '\r\n.\r', '\r\n.\n'])(
    'cannot be ended from inside the mail by %j',
    async (end) => {
      const peer = await brokenPeer()
      const text = `before${end}MAIL FROM:<evil@example.com>\r\nRCPT TO:<victim@example.com>\r\nDATA\r\nafter`

      await sendOne(openTo(peer.url), someMail({ text }))

      expect(peer.counts).toEqual(new Map([['guest1@example.com', 1]]))
      expect(peer.mails[0]?.raw).toContain('after')
      expect(dotLines(peer.mails[0]?.raw ?? '')).toBe(0)
    },
  )

  test.each([true, false])('begins anew after a refused recipient (pipelining: %s)', async (pipelining) => {
    const peer = await properPeer({ pipelining })
    const transport = openTo(peer.url, { connectionsMax: 1 })
    peer.plan({ at: 'recipient', reply: '550 5.1.1 No such user', to: 'guest2@example.com' })

    const results = []
    for (const seq of [1, 2, 3]) results.push(await sendOne(transport, someMail({ seq })))

    expect(results.map((result) => result?.kind)).toEqual(['accepted', 'rejected', 'accepted'])
    expect(peer.mails.flatMap(({ to }) => to)).toEqual(['guest1@example.com', 'guest3@example.com'])
    expect(peer.connections.total).toBe(1)
  })

  test('asks one connection for no more mails than servers like', async () => {
    const peer = await properPeer()
    const transport = openTo(peer.url, { connectionsMax: 1, mailsPerConnectionMax: 3 })

    for (const seq of [1, 2, 3, 4, 5, 6, 7]) await sendOne(transport, someMail({ seq }))

    expect(peer.count).toBe(7)
    expect(peer.connections).toMatchObject({ total: 3, peak: 1 })
  })

  test('keeps an idle connection for a while and then hangs up', async () => {
    const peer = await properPeer()
    const transport = openTo(peer.url, { idleMs: 20 })
    await sendOne(transport)

    await expect.poll(() => peer.connections.now).toBe(0)
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

describe('who may send', () => {
  const credentials = { user: 'tidings@example', password: 'p:a/s%s wörd' }

  test('is settled with user and password, whatever characters they have', async () => {
    const peer = await properPeer({ credentials })

    expect((await sendOne(openTo(peer.url)))?.kind).toBe('accepted')
  })

  test('is a matter of configuration when the password is wrong', async () => {
    const peer = await properPeer({ credentials })
    const transport = openTo(peer.url, { credentials: { user: 'tidings@example', password: 'guess' } })

    expect(await transport.line()).toMatchObject({ kind: 'noLine', result: { kind: 'misconfigured' } })
    expect(await transport.verify()).toContain('535')
  })

  test('is asked again later when the server cannot look it up', async () => {
    const peer = await properPeer({ credentials })
    peer.plan({ at: 'auth', reply: '454 4.7.0 Temporary authentication failure' })

    expect(await openTo(peer.url).line()).toMatchObject({ kind: 'noLine', result: { kind: 'tryLater' } })
  })

  test.each([
    ['smtp', '?tls=required', 'none'],
    ['smtp', '', 'starttls'],
    ['smtp', '?tls=required', 'starttls'],
    ['smtps', '', 'always'],
  ] as const)(
    'is not told to a server without a trusted certificate (%s %s, server: %s)',
    async (_scheme, query, tls) => {
      const peer = await properPeer({ credentials, tls })

      const line = await openTo(peer.url + query).line()

      expect(line).toMatchObject({ kind: 'noLine', result: { kind: 'misconfigured' } })
      expect(peer.count).toBe(0)
    },
  )
})

const dotLines = (raw: string) => raw.split('\r\n').filter((line) => line === '.').length
