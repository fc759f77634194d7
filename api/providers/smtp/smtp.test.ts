import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { describe, expect, onTestFinished, test } from 'vitest'
import { readDeliveryTag } from '../../domain/feedback.ts'
import { readReturnPaths } from './return-path.ts'
import { peerCertificate } from '../../../test/peers/certificate.ts'
import { sendOne } from '../../../test/peers/sending.ts'
import { brokenPeer, openTo, properPeer } from '../../../test/peers/smtp-setting.ts'
import { someMail } from '../../../test/peers/some-mail.ts'
import { startTcpProxy } from '../../../test/peers/tcp-proxy.ts'

function returnPathsFor(address: string) {
  return readReturnPaths({ SMTP_BOUNCE_ADDRESS: address, SECRET_KEY: 'a secret of at least thirty-two characters' })!
}

describe('the conversation', () => {
  test('carries the mail byte for byte, dots at the beginning of lines included', async () => {
    const peer = await properPeer()
    const mail = someMail({ text: '.\r\n..\r\n.hidden\r\n\r\n.\r\nQUIT\r\nend.' })

    await sendOne(openTo(peer.url), mail)

    expect(peer.mails[0]?.raw).toBe(mail.mime())
  })

  test('asks a server that offers it to report failures and delays, and names the delivery and its address', async () => {
    const peer = await properPeer({ dsn: true })
    const mail = someMail({ seq: 7 })
    const envelope = { ...mail.envelope, to: 'ada+list=x@example.com' }

    const result = await sendOne(openTo(peer.url), {
      ...mail,
      mime: () => mail.mime(),
      parts: () => mail.parts(),
      envelope,
    })

    expect(result).toMatchObject({ kind: 'accepted' })
    expect(peer.mails[0]!.report).toMatchObject({
      ret: 'HDRS',
      envid: mail.deliveryTag,
      notify: ['FAILURE', 'DELAY'],
      orcpt: 'rfc822;ada+list=x@example.com', // as the peer reads it back from xtext
    })
  })

  test('lets each delivery bounce to an address of its own, the same on every attempt, and leaves its words alone', async () => {
    const peer = await properPeer()
    const returnPaths = returnPathsFor('bounces@mail.example.org')
    const transport = openTo(peer.url, { returnPaths })
    const mail = someMail({ seq: 7 })

    await sendOne(transport, mail)
    await sendOne(transport, mail)
    await sendOne(transport, someMail({ seq: 8 }))

    const [first, again, other] = peer.mails
    expect(first!.from).toMatch(/^bounces\+[a-z2-7]{45,54}@mail\.example\.org$/)
    expect(again!.from).toBe(first!.from)
    expect(other!.from).not.toBe(first!.from)
    expect(first!.raw).toBe(mail.mime())
    expect(returnPaths.find(first!.from)).toEqual(readDeliveryTag(mail.deliveryTag))
  })

  test('a mail that is no delivery bounces to its sender', async () => {
    const peer = await properPeer()
    const transport = openTo(peer.url, { returnPaths: returnPathsFor('bounces@mail.example.org') })

    await sendOne(transport, { ...someMail(), mime: () => someMail().mime(), deliveryTag: 'account' })

    expect(peer.mails[0]!.from).toBe('bounce@tidings.example')
  })

  test('asks for a report of success, too, where nothing else could tell that the mail was taken', async () => {
    const peer = await properPeer({ dsn: true })

    await sendOne(openTo(peer.url), { ...someMail(), wantsProof: true })

    expect(peer.mails[0]!.report).toMatchObject({ notify: ['SUCCESS', 'FAILURE', 'DELAY'] })
  })

  test('asks no such thing of a server that does not offer it', async () => {
    const peer = await properPeer()

    await sendOne(openTo(peer.url), someMail())

    expect(peer.mails[0]!.report).toBeUndefined()
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

  test('never takes more connections than it may, also while others end', async () => {
    const peer = await properPeer()
    const transport = openTo(peer.url, { connectionsMax: 3, mailsPerConnectionMax: 5 })

    await Promise.all(Array.from({ length: 60 }, (_, seq) => sendOne(transport, someMail({ seq }))))

    expect([peer.count, peer.doubled]).toEqual([60, []])
    expect(peer.connections.peak).toBeLessThanOrEqual(3)
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

  test.each([
    ['smtp', '', 'starttls'],
    ['smtp', '?tls=required', 'starttls'],
    ['smtps', '', 'always'],
  ] as const)('is told under TLS to a server with a trusted certificate (%s %s)', async (_scheme, query, tls) => {
    trustOnly(peerCertificate)
    const peer = await properPeer({ credentials, tls })

    const result = await sendOne(openTo(peer.url + query))

    expect(result?.kind).toBe('accepted')
    expect(peer.mails[0]?.secure).toBe(true)
  })

  test('is told to a server that takes its time for each answer, for as long as each comes in time', async () => {
    trustOnly(peerCertificate)
    const peer = await properPeer({ credentials, tls: 'starttls' })
    const tarpit = await startTcpProxy(peer.port)
    onTestFinished(() => tarpit.close())
    tarpit.weather.latencyMs = 150
    const url = peer.url.replace(String(peer.port), String(tarpit.port))

    // Five answers and a handshake of 300 ms each are more than two patiences.
    const line = await openTo(url, { patience: { greetingMs: 700, commandMs: 700 } }).line()

    expect(line.kind).toBe('line')
    if (line.kind === 'line') line.release()
  })
})

function trustOnly(certificate: string): void {
  const before = getCACertificates('default')
  setDefaultCACertificates([certificate])
  onTestFinished(() => setDefaultCACertificates(before))
}

const dotLines = (raw: string) => raw.split('\r\n').filter((line) => line === '.').length
