import { once } from 'node:events'
import { getDefaultAutoSelectFamily, getDefaultAutoSelectFamilyAttemptTimeout } from 'node:net'
import { createServer as createPlainServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { expect, onTestFinished } from 'vitest'
import { isNeverConnected } from '../../../api/providers/network-fault.ts'
import { peerCertificate, peerKey } from '../../peers/certificate.ts'
import { MailLog } from '../../peers/mail-log.ts'
import { startRawSmtpPeer } from '../../peers/raw-smtp-server.ts'
import { startSmtpPeer } from '../../peers/smtp-server.ts'
import { openSmtp } from './doors.ts'
import { nobodyBurnt, reachedOnce, type Door, type Fault } from './fault.ts'

/** Who is at the other end, and whether anybody is: names, addresses, TLS, passwords. In none of these a mail may leave. */
export const smtpTrust: readonly Fault[] = [
  {
    id: 7,
    words: 'SMTP 535: the password is wrong',
    cases: [
      {
        door: wrongPassword,
        becomes: { message: 'paused', ...nobodyBurnt, says: /535/ },
        afterwards: reachedOnce,
      },
    ],
    shownBy: {
      'cmd/notifier/refused-account.test.ts':
        'a wrong password pauses the message with the server’s words and burns nobody; mended, it goes on by itself',
    },
  },
  {
    id: 21,
    words: 'STARTTLS is stripped, or fails',
    cases: [
      { way: 'stripped', door: () => noTls('?tls=required'), becomes: { message: 'paused', ...nobodyBurnt } },
      { way: 'fails', door: () => plaintextAfterStartTls(''), becomes: { message: 'paused', ...nobodyBurnt } },
    ],
  },
  {
    id: 22,
    words: 'a certificate that nobody vouches for',
    cases: [
      {
        way: 'smtps',
        door: () => untrusted('always'),
        becomes: { message: 'paused', ...nobodyBurnt, says: /trusted|certificate/i },
      },
      {
        way: 'STARTTLS',
        door: () => untrusted('starttls'),
        becomes: { message: 'paused', ...nobodyBurnt, says: /trusted|certificate/i },
      },
    ],
  },
  {
    id: 23,
    words: 'plaintext is injected after the reply to STARTTLS',
    cases: [
      {
        door: () => plaintextAfterStartTls('250-evil\r\n250 2.0.0 Ok\r\n'),
        becomes: { message: 'paused', ...nobodyBurnt },
      },
    ],
  },
  {
    id: 24,
    words: 'a server that knows nothing newer than TLS 1.0',
    cases: [{ door: oldTls, becomes: { message: 'paused', ...nobodyBurnt } }],
  },
  {
    id: 25,
    words: 'the name of the SMTP host does not exist',
    cases: [
      {
        door: noSuchHost,
        becomes: { message: 'paused', ...nobodyBurnt, says: /check SMTP_URL/ },
        afterwards: reachedOnce,
      },
    ],
  },
  {
    id: 26,
    words: 'the name cannot be looked up just now (SERVFAIL, timeout)',
    checks: () => expect(['EAI_AGAIN', 'ETIMEOUT', 'ESERVFAIL'].filter(isNeverConnected)).toContain('EAI_AGAIN'),
    shownBy: { 'test/chaos/faults/smtp-trust.ts': 'the name of the SMTP host does not exist' },
  },
  {
    id: 27,
    words: 'a host-supplied SMTP server leads to a private address',
    notOurs: 'SMTP_URL is the operator’s; hosts supply no server',
  },
  {
    id: 28,
    words: 'DNS rebinding of a host-supplied server',
    notOurs: 'SMTP_URL is the operator’s; hosts supply no server',
  },
  {
    id: 29,
    words: 'AAAA is there, and IPv6 is a black hole',
    checks: () => {
      // Node tries both families by itself (RFC 8305), as long as nobody has switched it off.
      expect(getDefaultAutoSelectFamily()).toBe(true)
      expect(getDefaultAutoSelectFamilyAttemptTimeout()).toBeLessThan(2000)
    },
    notTried: 'needs a resolver that answers with both; we check that Node’s own fallback is on',
  },
]

async function wrongPassword(): Promise<Door> {
  const peer = await startSmtpPeer({ credentials: { user: 'tidings', password: 'right' } })
  onTestFinished(() => peer.close())
  const passwords = ['wrong']
  const open = () => openSmtp(peer.url.replace('right', passwords.shift() ?? 'right'))
  return { open, witness: peer, hasStruck: () => peer.connections.total > 0 }
}

async function noTls(wish: string): Promise<Door> {
  const peer = await startRawSmtpPeer()
  onTestFinished(() => peer.close())
  return { open: () => openSmtp(`${peer.url}/${wish}`), witness: peer, hasStruck: () => peer.heard.length > 0 }
}

async function untrusted(tls: 'always' | 'starttls'): Promise<Door> {
  const peer = await startSmtpPeer({ tls })
  onTestFinished(() => peer.close())
  // The handshake fails before the server speaks; that it failed is what the pause says.
  return { open: () => openSmtp(peer.url), witness: peer, hasStruck: () => true }
}

/** Offers STARTTLS, agrees, and goes on in plaintext: whoever goes along hands the mail to everybody on the way. */
async function plaintextAfterStartTls(injected: string): Promise<Door> {
  const witness = new MailLog()
  let agreed = 0
  const port = await listening(
    createPlainServer((socket: Socket) => {
      socket.on('error', () => undefined)
      socket.write('220 peer ESMTP\r\n')
      socket.on('data', (said) => {
        const line = said.toString('latin1')
        if (line.startsWith('EHLO')) socket.write('250-peer\r\n250 STARTTLS\r\n')
        else if (line.startsWith('STARTTLS')) socket.write(`220 Go ahead\r\n${injected}`, () => (agreed += 1))
        else if (line.startsWith('MAIL')) witness.add({ to: ['guest-1@example.com'], messageId: undefined })
        else socket.write('250 2.0.0 Ok\r\n')
      })
    }),
  )
  return { open: () => openSmtp(`smtp://127.0.0.1:${port}`), witness, hasStruck: () => agreed > 0 }
}

async function oldTls(): Promise<Door> {
  let refused = 0
  const server = createTlsServer({
    ...{ cert: peerCertificate, key: peerKey },
    ...{ minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' },
  })
  server.on('tlsClientError', () => (refused += 1))
  const port = await listening(server)
  return { open: () => openSmtp(`smtps://127.0.0.1:${port}`), witness: new MailLog(), hasStruck: () => refused > 0 }
}

/** RFC 6761 keeps `.invalid` for names that never exist. */
async function noSuchHost(): Promise<Door> {
  const peer = await startRawSmtpPeer()
  onTestFinished(() => peer.close())
  const hosts = ['smtp.no-such-host.invalid']
  let opened = 0
  const open = () => {
    opened += 1
    return openSmtp(`smtp://${hosts.shift() ?? '127.0.0.1'}:${peer.port}`)
  }
  return { open, witness: peer, hasStruck: () => opened > 0 }
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}
