import { ConfigurationError, type Environment } from '../provider.ts'
import { readReturnPaths, type ReturnPaths } from './return-path.ts'

/** Where and how to reach the SMTP server. */
type SmtpAddress = {
  host: string
  port: number
  /** TLS from the first byte (smtps), by STARTTLS if the server offers it, or by STARTTLS or not at all. */
  tls: 'always' | 'whenOffered' | 'required'
  credentials?: { user: string; password: string }
}

export type SmtpConfig = SmtpAddress & {
  connectionsMax: number
  /** Waits in ms: for the TCP (and smtps TLS) handshake, the greeting, the answer to a command, the answer to the final dot. */
  patience: { connectMs: number; greetingMs: number; commandMs: number; dataMs: number }
  mailsPerConnectionMax: number
  idleMs: number
  /** Mails a second, of all processes together; without it there is no limit. */
  mailsPerSecond?: number
  /** Where the mails of each delivery bounce to, each to an address of its own; without it all to their sender. */
  returnPaths?: ReturnPaths
}

const shape =
  'SMTP_URL must look like smtp://user:password@host:587 or smtps://host:465 (percent-encode special characters)'

/** Ten connections carry a few hundred mails a second to a relay near by, and relays seldom allow one client more. */
const connectionsMax = { usual: 10, most: 200 }
/** RFC 5321, 4.5.3.2.6: the answer to the final dot may take ten minutes; giving up earlier makes doubles. */
const dataMs = { usual: 600_000, most: 3_600_000 }
/** Exim's own limit. A server with a lower one says 421 before it takes the next mail, which costs a reconnect and nothing else. */
const mailsPerConnectionMax = 1_000
/** Slower than one mail in ten seconds is no rate, and a faster relay needs none. */
const mailsPerSecond = { least: 0.1, most: 10_000 }
/** Below the idle limit of common servers, which is a minute or more: we hang up first. */
const idleMs = 30_000

/**
 * Reads SMTP_URL and its companions.
 * @throws ConfigurationError for anything that is not what it should be.
 */
export function readSmtpConfig(env: Environment): SmtpConfig | undefined {
  if (!env['SMTP_URL']) return undefined
  return {
    ...readAddress(env['SMTP_URL']),
    connectionsMax: readNumber(env, 'SMTP_MAX_CONNECTIONS', connectionsMax),
    patience: {
      connectMs: 10_000,
      greetingMs: 30_000,
      commandMs: 60_000,
      dataMs: readNumber(env, 'SMTP_DATA_TIMEOUT_MS', dataMs),
    },
    mailsPerConnectionMax,
    idleMs,
    returnPaths: readReturnPaths(env),
  }
}

function readAddress(text: string): SmtpAddress & Pick<SmtpConfig, 'mailsPerSecond'> {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const usualPort = url && { 'smtp:': 587, 'smtps:': 465 }[url.protocol]
  if (url === undefined || usualPort === undefined || url.hostname === '') throw new ConfigurationError(`${shape}.`)
  const credentials = readCredentials(url)
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? usualPort : Number(url.port),
    tls: url.protocol === 'smtps:' ? 'always' : readTls(url),
    ...readRate(url),
    ...(credentials && { credentials }),
  }
}

function readTls(url: URL): SmtpAddress['tls'] {
  const tls = url.searchParams.get('tls')
  if (tls === null) return 'whenOffered'
  if (tls === 'required') return 'required'
  throw new ConfigurationError(
    'SMTP_URL may end in ?tls=required, and in no other tls=. Without it TLS is used when offered.',
  )
}

function readRate(url: URL): Pick<SmtpConfig, 'mailsPerSecond'> {
  const text = url.searchParams.get('rate')
  if (text === null) return {}
  const { least, most } = mailsPerSecond
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) >= least && Number(text) <= most)
    return { mailsPerSecond: Number(text) }
  throw new ConfigurationError(
    `SMTP_URL may end in ?rate= with mails a second from ${least} to ${most}, such as ?rate=10; leave it out for no limit.`,
  )
}

function readCredentials(url: URL): SmtpAddress['credentials'] {
  if (url.username === '' && url.password === '') return undefined
  if (url.username === '' || url.password === '') {
    throw new ConfigurationError(`${shape}: it has a user without a password, or the reverse.`)
  }
  try {
    return { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) }
  } catch (cause) {
    throw new ConfigurationError(`${shape}: user or password hold a % that is not an encoding; write it as %25.`, {
      cause,
    })
  }
}

function readNumber(env: Environment, name: string, { usual, most }: { usual: number; most: number }): number {
  const text = env[name]
  if (!text) return usual
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= most) return value
  throw new ConfigurationError(`${name} must be a whole number from 1 to ${most}; leave it out for ${usual}.`)
}
