import { randomUUID } from 'node:crypto'
import { MailLog } from './mail-log.ts'
import { resendEvent, signedPost } from './resend-events.ts'
import { startHttpPeer, type HttpAnswer, type HttpRequest } from './http-faults.ts'

export type ResendMail = {
  id: string
  from: string
  to: string[]
  subject: string
  html?: string
  text?: string
  headers: Record<string, string>
  tags: { name: string; value: string }[]
  attachments: { filename?: string; content?: string }[]
  messageId: string | undefined
}

export type ResendPeerOptions = {
  apiKey?: string
  /** Really refuses more calls than this in a second; without it there is no limit. */
  callsPerSecond?: number
  /** Works this long on each call, so that a second one with the same key finds the first in progress. */
  latencyMs?: number
  /** False counts mails without keeping them. */
  keep?: boolean
  /** Default any free port. */
  port?: number
}

export type ResendPeer = Awaited<ReturnType<typeof startResendPeer>>

const batchMax = 100
const keyMemoryMs = 24 * 60 * 60 * 1000
const keyLengthMax = 256

/** Resend's API on 127.0.0.1, as far as Tidings uses it: what it accepts, what it refuses, and how it remembers keys. */
export async function startResendPeer({ apiKey = 're_test', latencyMs = 0, ...options }: ResendPeerOptions = {}) {
  const log = new MailLog<ResendMail>(options.keep)
  const memory = new Map<string, { body: string; answer: HttpAnswer | undefined; at: number }>()
  const calls = { second: 0, count: 0, refused: 0 }
  const limit = options.callsPerSecond ?? 100

  const server = await startHttpPeer(async (request) => {
    const { headers, ...answer } = tooFast() ?? (await work(request))
    return { ...answer, headers: { ...headers, ...paceHeaders(), 'content-type': 'application/json' } }
  }, options.port)

  function tooFast(): HttpAnswer | undefined {
    const second = Math.floor(Date.now() / 1000)
    if (calls.second !== second) Object.assign(calls, { second, count: 0 })
    calls.count += 1
    if (options.callsPerSecond === undefined || calls.count <= options.callsPerSecond) return undefined
    calls.refused += 1
    return {
      ...refuse(429, 'rate_limit_exceeded', `Too many requests. You can only make ${limit} requests per second.`),
      headers: { 'retry-after': '1' },
    }
  }

  function paceHeaders() {
    const remaining = String(Math.max(0, limit - calls.count))
    return {
      'ratelimit-limit': String(limit),
      'ratelimit-remaining': remaining,
      'ratelimit-reset': '1',
      'ratelimit-policy': `${limit};w=1`,
    }
  }

  async function work(request: HttpRequest): Promise<HttpAnswer> {
    const { authorization } = request.headers
    if (authorization === undefined)
      return refuse(401, 'missing_api_key', 'Missing API key in the authorization header.')
    if (authorization !== `Bearer ${apiKey}`) return refuse(403, 'invalid_api_key', 'API key is invalid')
    const route = `${request.method} ${request.path}`
    if (route === 'GET /domains')
      return refuse(401, 'restricted_api_key', 'This API key is restricted to only send emails')
    if (route === 'POST /emails') return once(request, () => takeOne(request.body))
    if (route === 'POST /emails/batch') return once(request, () => takeBatch(request.body))
    return refuse(404, 'not_found', 'The requested endpoint does not exist')
  }

  /** A key is remembered with its answer for 24 hours, but only if the call was accepted. */
  async function once({ headers, path, body }: HttpRequest, take: () => HttpAnswer): Promise<HttpAnswer> {
    const key = headers['idempotency-key']
    if (key === undefined) return later(take)
    if (Array.isArray(key) || key.length < 1 || key.length > keyLengthMax) {
      return refuse(400, 'invalid_idempotency_key', 'The key must be between 1-256 chars.')
    }
    const known = memory.get(key)
    if (known !== undefined && Date.now() - known.at < keyMemoryMs) {
      if (known.body !== path + body) {
        return refuse(409, 'invalid_idempotent_request', 'This idempotency key has been used with another payload.')
      }
      return (
        known.answer ?? refuse(409, 'concurrent_idempotent_requests', 'Another request with this key is in progress.')
      )
    }
    const entry = { body: path + body, answer: undefined as HttpAnswer | undefined, at: Date.now() }
    memory.set(key, entry)
    entry.answer = await later(take)
    if (entry.answer.status !== 200) memory.delete(key)
    return entry.answer
  }

  async function later(take: () => HttpAnswer): Promise<HttpAnswer> {
    if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs))
    return take()
  }

  function takeOne(body: string): HttpAnswer {
    const mail = JSON.parse(body) as Payload
    const fault = faultOf(mail)
    return fault === undefined
      ? { status: 200, text: JSON.stringify({ id: accept(mail) }) }
      : refuse(422, 'validation_error', fault)
  }

  function takeBatch(body: string): HttpAnswer {
    const mails = JSON.parse(body) as Payload[]
    if (!Array.isArray(mails) || mails.length === 0)
      return refuse(422, 'missing_required_field', 'The body must be an array.')
    if (mails.length > batchMax) return refuse(422, 'validation_error', `A batch holds at most ${batchMax} emails.`)
    if (mails.some(({ attachments }) => attachments))
      return refuse(422, 'validation_error', 'Attachments are not supported in batch.')
    const fault = mails.map(faultOf).find((each) => each !== undefined)
    if (fault !== undefined) return refuse(422, 'validation_error', fault)
    return { status: 200, text: JSON.stringify({ data: mails.map((mail) => ({ id: accept(mail) })) }) }
  }

  function accept(mail: Payload): string {
    const id = randomUUID()
    const to = [mail.to].flat().map(addressOf)
    const { headers = {}, tags = [], attachments = [] } = mail
    log.add({ ...mail, id, to, headers, tags, attachments, messageId: headers['Message-ID'] })
    return id
  }

  return Object.assign(log, {
    url: server.url,
    apiKey,
    requests: server.requests,
    plan: server.plan,
    close: server.close,
    /** Calls that came faster than they may. */
    refusedForPace: () => calls.refused,
    events: {
      /** Reports what became of a mail to a webhook, as Resend does: `email.delivered` and so on. @returns what it answers. */
      deliver: (webhook: string, type: string, mail: Pick<ResendMail, 'id' | 'to' | 'tags'>, more: object = {}) => {
        const { body, headers } = signedPost(resendEvent(type, { ...mail, tags: asMap(mail.tags) }, more))
        return fetch(webhook, { method: 'POST', body, headers })
      },
    },
    /** Forgets all keys, as Resend does after a day. */
    forgetKeys: () => memory.clear(),
  })
}

/** Events have the tags of a mail as a map. */
const asMap = (tags: ResendMail['tags']) => Object.fromEntries(tags.map(({ name, value }) => [name, value]))

type Payload = Omit<ResendMail, 'id' | 'to' | 'headers' | 'tags' | 'attachments' | 'messageId'> & {
  to: string | string[]
  headers?: Record<string, string>
  tags?: ResendMail['tags']
  attachments?: ResendMail['attachments']
}

const address = /^[^\s@<>,;:"\\()[\]]+@[^\s@<>,;:"\\()[\]]+\.[a-z0-9-]{2,}$/i

function addressOf(mailbox: string): string {
  return /<([^<>]*)>$/.exec(mailbox)?.[1] ?? mailbox
}

function faultOf({ from, to, subject, html, text, tags = [] }: Payload): string | undefined {
  if (!address.test(addressOf(from ?? '')))
    return 'Invalid `from` field. The email address needs to follow the `email@example.com` format.'
  if (![to].flat().every((each) => typeof each === 'string' && address.test(addressOf(each)))) {
    return 'Invalid `to` field. The email address needs to follow the `email@example.com` or `Name <email@example.com>` format.'
  }
  if (typeof subject !== 'string') return 'Missing `subject` field.'
  if (html === undefined && text === undefined) return 'Missing `html` or `text` field.'
  const odd = tags.find(({ name, value }) => !/^[\w-]{1,256}$/.test(name) || !/^[\w-]{1,256}$/.test(value))
  return odd && 'Tags should only contain ASCII letters, numbers, underscores, or dashes.'
}

function refuse(statusCode: number, name: string, message: string): HttpAnswer {
  return { status: statusCode, text: JSON.stringify({ statusCode, name, message }) }
}
