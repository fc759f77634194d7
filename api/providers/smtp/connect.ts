import { once } from 'node:events'
import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { isDistrust, trustAdvice } from '../network-fault.ts'
import type { NoLine } from '../provider.ts'
import { parseReply } from './replies.ts'
import { SmtpSession } from './session.ts'
import type { SmtpConfig } from './smtp-url.ts'
import { deferredMs, reconnectMs, verdict, type Stage } from './verdict.ts'

/** As `ReplyReader` has it: a reply is a few lines, and whoever goes on beyond this is broken or hostile. */
const replyLengthMax = 64 * 1024

/**
 * Connects, starts TLS and logs in. nodemailer does the greeting, STARTTLS and AUTH, which are easy to get wrong and
 * dangerous if so; then the session takes the socket over.
 * @returns the session, or why there is none; in that case nothing was sent.
 */
export async function openSession(config: SmtpConfig, closing: AbortSignal): Promise<SmtpSession | NoLine> {
  let socket: Socket | undefined
  const giveUp = () => socket?.destroy(new Error('The transport was closed.'))
  closing.addEventListener('abort', giveUp)
  try {
    socket = await connectSocket(config, closing)
    const { connection, upgraded } = await logIn(config, socket)
    socket = upgraded
    const session = new SmtpSession(upgraded, config.patience, config.returnPaths)
    await session.greet(connection.name)
    return session
  } catch (error) {
    socket?.destroy()
    return { kind: 'noLine', result: whyNot(error as OpeningError) }
  } finally {
    closing.removeEventListener('abort', giveUp)
  }
}

async function connectSocket({ host, port, tls, patience }: SmtpConfig, closing: AbortSignal): Promise<Socket> {
  const options = { host, port, noDelay: true, keepAlive: true }
  const socket =
    tls === 'always' ? connectTls({ ...options, ...(isIP(host) ? {} : { servername: host }) }) : connectPlain(options)
  const signal = AbortSignal.any([closing, AbortSignal.timeout(patience.connectMs)])
  try {
    await once(socket, tls === 'always' ? 'secureConnect' : 'connect', { signal })
    return socket
  } catch (cause) {
    // After destroy() a socket may still report an error that nobody waits for any more.
    socket.on('error', () => undefined).destroy()
    if (!signal.aborted) throw cause
    throw new Error(`No connection to ${host}:${port} within ${patience.connectMs} ms.`, { cause })
  }
}

type OpeningError = Error & { code?: string; originalCode?: string; response?: string; command?: string }

async function logIn(config: SmtpConfig, socket: Socket): Promise<{ connection: SMTPConnection; upgraded: Socket }> {
  const { host, tls, credentials, patience } = config
  const connection = new SMTPConnection({
    host,
    connection: socket,
    secure: tls === 'always',
    secured: tls === 'always',
    requireTLS: tls === 'required',
    connectionTimeout: openingMs(patience),
    greetingTimeout: patience.greetingMs,
    socketTimeout: patience.commandMs,
    maxResponseSize: replyLengthMax,
  })
  await new Promise<void>((resolve, reject) => {
    // Its own timers start anew with each byte; this one does not, so that a server that drips is given up as well.
    const deadline = setTimeout(() => reject(new Error('The server took too long to let us in.')), openingMs(patience))
    const done = (error?: Error | null) => {
      clearTimeout(deadline)
      if (error) reject(error)
      else resolve()
    }
    connection.on('error', done)
    connection.on('end', () => done(new Error('The server closed the connection before it let us in.')))
    connection.connect((error) => {
      if (error || credentials === undefined) done(error)
      else connection.login({ user: credentials.user, pass: credentials.password }, done)
    })
  }).catch((error: unknown) => {
    connection.close()
    throw error
  })
  // oxlint-disable-next-line no-underscore-dangle -- public by its own documentation; STARTTLS puts a new socket there
  const upgraded = connection._socket
  if (!upgraded) throw new Error('The connection was lost while logging in.')
  return { connection, upgraded }
}

/** The longest way in: EHLO, STARTTLS, EHLO, AUTH LOGIN, the user, the password; and HELO, should the first EHLO be refused. */
const loginCommandsMax = 7

/**
 * A server may use its time for each answer (a tarpit does), and is let have it: the greeting and the handshake after STARTTLS, for which
 * nodemailer has the greeting's time, and each command. That is eight minutes as configured. One that falls silent is given up after its
 * one answer; only one that drips lasts until here.
 */
const openingMs = ({ greetingMs, commandMs }: SmtpConfig['patience']) => 2 * greetingMs + loginCommandsMax * commandMs

const stages: Readonly<Record<string, Stage>> = {
  CONN: 'greeting',
  EHLO: 'hello',
  HELO: 'hello',
  STARTTLS: 'tls',
  AUTH: 'auth',
}

function whyNot(error: OpeningError): NoLine['result'] {
  const reply = error.response === undefined ? undefined : parseReply(error.response)
  if (reply !== undefined) {
    const result = verdict(stages[error.command?.split(' ')[0] ?? ''] ?? 'greeting', reply, '')
    if ('afterMs' in result || result.kind === 'misconfigured') return result
  }
  if (isDistrust(error.originalCode) || isDistrust(error.code)) {
    return {
      kind: 'misconfigured',
      reason: `No trusted TLS connection to the SMTP server (${error.message}). ${trustAdvice}`,
    }
  }
  if (error.code === 'EAUTH')
    return { kind: 'misconfigured', reason: `Could not log in to the SMTP server: ${error.message}` }
  if (error.code === 'ENOTFOUND')
    return { kind: 'misconfigured', reason: `There is no server of that name: check SMTP_URL (${error.message}).` }
  const afterMs = error.code === 'EPROTOCOL' ? deferredMs : reconnectMs
  return { kind: 'tryLater', reason: `No SMTP connection: ${error.message}`, afterMs }
}
