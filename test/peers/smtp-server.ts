import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerSession } from 'smtp-server'
import { peerCertificate, peerKey } from './certificate.ts'
import { MailLog, headerOf } from './mail-log.ts'

export type SmtpMail = {
  from: string
  to: string[]
  raw: string
  messageId: string | undefined
  secure: boolean
  /** What the client wants to hear of the mail's fate (RFC 3461), where the peer offers it. */
  report: { ret: string | null; envid: string | null; notify?: string[]; orcpt?: string } | undefined
}

/** Where a planned reply replaces the normal one. */
export type SmtpStage = 'connect' | 'auth' | 'sender' | 'recipient' | 'dot'

/**
 * A reply for the next `times` (default 1) commands at this stage, to this recipient only if `to` is given. A 2xx reply after
 * the dot accepts the mail; everything else refuses it. `afterMs` lets the client wait first.
 */
export type PlannedReply = { at: SmtpStage; reply: string; to?: string; times?: number; afterMs?: number }

export type SmtpPeerOptions = {
  /** Demanded from every client; without it nobody has to log in. */
  credentials?: { user: string; password: string }
  /** Default none. The certificate is `peerCertificate`, which nobody trusts unless told to. */
  tls?: 'none' | 'starttls' | 'always'
  pipelining?: boolean
  /** Offers delivery status notifications. */
  dsn?: boolean
  /** Each mail is answered after this many ms, as a relay far away would. */
  latencyMs?: number
  /** False counts mails without keeping them. */
  keep?: boolean
  /** Default any free port. */
  port?: number
}

export type SmtpPeer = Pick<
  MailLog<SmtpMail>,
  'mails' | 'mailsTo' | 'count' | 'countTo' | 'counts' | 'doubled' | 'clear'
> & {
  readonly url: string
  readonly port: number
  /** Connections open now, the most there were at once, and all there ever were. */
  readonly connections: { readonly now: number; readonly peak: number; readonly total: number }
  plan(reply: PlannedReply): void
  /** Ends every connection that is open now, as a restart of the server does. */
  dropConnections(): void
  close(): Promise<void>
}

/** A real SMTP server on 127.0.0.1 that keeps what it accepts, and refuses what it is told to. */
export async function startSmtpPeer(options: SmtpPeerOptions = {}): Promise<SmtpPeer> {
  const log = new MailLog<SmtpMail>(options.keep)
  const plans: (PlannedReply & { left: number })[] = []
  const connections = { now: 0, peak: 0, total: 0 }
  const { credentials, tls = 'none' } = options

  async function answer(at: SmtpStage, to?: string): Promise<Reply | undefined> {
    const plan = plans.find((each) => each.at === at && each.left > 0 && (each.to ?? to) === to)
    if (plan === undefined) return undefined
    plan.left -= 1
    if (plan.afterMs) await pause(plan.afterMs)
    return new Reply(plan.reply)
  }

  const server = new SMTPServer({
    secure: tls === 'always',
    cert: peerCertificate,
    key: peerKey,
    disabledCommands: [...(tls === 'none' ? ['STARTTLS'] : []), ...(credentials ? [] : ['AUTH'])],
    allowInsecureAuth: true,
    authOptional: credentials === undefined,
    hidePIPELINING: options.pipelining === false,
    hideDSN: options.dsn !== true,
    disableReverseLookup: true,
    lenientAddressParsing: true,
    maxAllowedUnauthenticatedCommands: false,
    closeTimeout: 10,
    logger: false,
    async onConnect(_session, callback) {
      connections.now += 1
      connections.total += 1
      connections.peak = Math.max(connections.peak, connections.now)
      callback(await answer('connect'))
    },
    onClose() {
      connections.now -= 1
    },
    async onAuth({ username, password }, _session, callback) {
      const known = username === credentials?.user && password === credentials?.password
      const refusal = known ? undefined : new Reply('535 5.7.8 Authentication credentials invalid')
      callback((await answer('auth')) ?? refusal, { user: username })
    },
    async onMailFrom(_address, _session, callback) {
      callback(await answer('sender'))
    },
    async onRcptTo({ address }, _session, callback) {
      callback(await answer('recipient', address))
    },
    async onData(stream, session, callback) {
      const raw = await textOf(stream).catch(() => undefined)
      // The client hung up before its final dot: there is no mail and nobody to answer.
      if (raw === undefined) return
      const mail = mailOf(session, raw)
      if (options.latencyMs) await pause(options.latencyMs)
      const planned = await answer('dot', mail.to[0])
      if (planned !== undefined && planned.responseCode >= 300) return callback(planned)
      log.add(mail)
      callback(null, planned?.message ?? `OK: queued as ${session.id}${session.transaction}`)
    },
  })
  // A client that hangs up is what these tests are about.
  server.on('error', () => undefined)
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo
  const user = credentials && `${encodeURIComponent(credentials.user)}:${encodeURIComponent(credentials.password)}@`

  return Object.assign(log, {
    url: `${tls === 'always' ? 'smtps' : 'smtp'}://${user ?? ''}127.0.0.1:${port}`,
    port,
    connections,
    plan: (reply: PlannedReply) => void plans.push({ ...reply, left: reply.times ?? 1 }),
    dropConnections() {
      for (const connection of server.connections) connection.close()
    },
    close: () => new Promise<void>((resolve) => server.close(resolve)),
  })
}

/** A planned refusal, in the shape in which smtp-server takes its replies. */
class Reply extends Error {
  readonly responseCode: number

  constructor(reply: string) {
    super(reply.slice(4))
    this.responseCode = Number(reply.slice(0, 3))
  }
}

function mailOf(session: SMTPServerSession, raw: string): SmtpMail {
  const { mailFrom, rcptTo } = session.envelope
  return {
    from: mailFrom === false ? '' : mailFrom.address,
    to: rcptTo.map(({ address }) => address),
    raw,
    messageId: headerOf(raw, 'Message-ID'),
    secure: session.secure,
    report: reportOf(session.envelope),
  }
}

/** The types of smtp-server do not know of what it reads. */
function reportOf(envelope: SMTPServerSession['envelope']): SmtpMail['report'] {
  const { dsn, rcptTo } = envelope as { dsn?: { ret: string | null; envid: string | null }; rcptTo: { dsn?: object }[] }
  return dsn && { ...dsn, ...rcptTo[0]?.dsn }
}

async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
