import { isIP } from 'node:net'
import { readEmailAddress } from '../../api/domain/email-address.ts'
import { frequencyCapExample, readFrequencyCap, type FrequencyCap } from '../../api/domain/frequency-cap.ts'
import { parseMailbox } from '../../api/domain/mailbox.ts'
import { oneWordOf, wholeNumber, type Environment, type Variable } from '../environment.ts'

const databaseUrl: Variable<string> = {
  read: (text) => (/^postgres(ql)?:$/.test(urlOf(text)?.protocol ?? '') ? text : undefined),
  shape: 'a PostgreSQL address, such as postgres://user:password@host:5432/tidings',
  fix: 'Name the database that the migrations ran on; `npm start` brings its own.',
}

const publicUrl: Variable<string> = {
  read: (text) => {
    const url = urlOf(text)
    if (!url || url.pathname !== '/' || url.search || url.hash || url.username) return undefined
    const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))
    return isSafe ? url.origin : undefined
  },
  shape:
    'where guests reach this server, such as https://tidings.example.org (http only on this machine, and never a path)',
  fix: 'Every link in every mail begins with it.',
}

/** A key that fits on a sticky note can be guessed by a machine. */
const secretLengthMin = 32

const secretKey: Variable<string> = {
  read: (text) => (text.length >= secretLengthMin ? text : undefined),
  shape: `a secret of at least ${secretLengthMin} characters`,
  fix: 'Make one with `openssl rand -hex 32`, and give the API and all notifiers the same.',
}

const previousSecretKey: Variable<string | undefined> = {
  ...secretKey,
  fix: 'Give the SECRET_KEY that was used before, or leave it empty.',
  fallback: undefined,
}

const sender: Variable<string | undefined> = {
  read: (text) => {
    const { address } = parseMailbox(text)
    // A sender on this machine has no domain that the world knows; it is good enough for a catcher of mails.
    const isLocal = /^[\w.+-]+@localhost$/.test(address)
    return !/[\r\n]/.test(text) && (isLocal || readEmailAddress(address).ok) ? text : undefined
  },
  shape: 'a sender such as "Tidings <hello@example.org>"',
  fix: 'Use an address of a domain that your provider may send for.',
  fallback: undefined,
}

/** The providers read it, and say what is wrong with it; here it is only compared with that of other replicas. */
const asWritten: Variable<string | undefined> = {
  read: (text) => text,
  shape: 'as its provider says',
  fix: 'Leave it empty if you have none.',
  fallback: undefined,
}

const frequencyCap: Variable<FrequencyCap | undefined> = {
  read: (text) => {
    const reading = readFrequencyCap(text)
    return reading.ok ? reading.value : undefined
  },
  shape: `how many mails a guest gets at most, such as 3/24h or ${frequencyCapExample}`,
  fix: (text) => {
    const reading = readFrequencyCap(text)
    return reading.ok ? '' : reading.problem
  },
  fallback: undefined,
}

/** What every process of ours reads. Those of one command stand beside that command. */
export const shared = {
  DATABASE_URL: databaseUrl,
  SECRET_KEY: secretKey,
  SECRET_KEY_PREVIOUS: previousSecretKey,
  PUBLIC_URL: publicUrl,
  EMAIL_FROM: sender,
  SMTP_BOUNCE_ADDRESS: asWritten,
  SES_CONFIGURATION_SET: asWritten,
  FREQUENCY_CAP: frequencyCap,
  LOG_LEVEL: oneWordOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    fallback: 'info',
    fix: 'Leave it empty for info.',
  }),
  METRICS_PORT: wholeNumber({ min: 0, max: 65_535, fallback: 0, fix: 'Leave it empty to have no metrics.' }),
  NODE_ENV: { read: (text) => text, shape: 'a word', fix: 'Use production on a server.', fallback: 'development' },
} satisfies Record<string, Variable<unknown>>

const portDefault = 3000

/** Where the API listens; the notifier reads it only to know where it is on a laptop. */
export const listenPort = wholeNumber({
  ...{ min: 0, max: 65_535, fallback: portDefault },
  fix: `Leave it empty for ${portDefault}.`,
})

/** On a laptop nobody wants to say where the laptop is. The API and the notifier must agree, for both write links. */
export function withPublicUrl(env: Environment): Environment {
  return { ...env, PUBLIC_URL: env.PUBLIC_URL || `http://localhost:${env.PORT || portDefault}` }
}

/** An address of this machine to listen on. Only this machine can come unless the operator opens the door. */
export const listenHost: Variable<string> = {
  read: (text) => (isIP(text) || /^[a-z0-9.-]+$/i.test(text) ? text : undefined),
  shape: 'an address of this machine, such as 127.0.0.1',
  fix: 'Leave it empty for 127.0.0.1, or use 0.0.0.0 in a container.',
  fallback: '127.0.0.1',
}

export function urlOf(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined
}

function isLoopback(host: string): boolean {
  const isLoopbackAddress = host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'))
  return isLoopbackAddress || host === 'localhost' || host.endsWith('.localhost')
}
