import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { forgetOldKeys, releaseKey, storeAnswer, takeKey, type KeyState } from '../storage/idempotency.ts'
import type { App, Deps } from './deps.ts'
import { etagHeader } from './etag.ts'
import { answer } from './problem.ts'

/** Stripe's bound and alphabet: what fits a header and a log line. */
const keyShape = /^[\x20-\x7e]{1,255}$/

/** A client that retries does so within hours; a day also covers the one that was put to sleep with its laptop. */
const keysKeptMs = 24 * 60 * 60_000

declare module 'fastify' {
  interface FastifyRequest {
    /** The Idempotency-Key that this request has taken and must answer for. */
    takenKey: string | null
  }
}

/**
 * `Idempotency-Key` on routes that create (`config.creates`): the same key and body get the first answer again. A key whose
 * process died stays "in progress" for its day: whether its message was created is not known, and twice would be worse.
 */
export function honourIdempotencyKeys(app: App, deps: Deps) {
  const { db } = deps.database
  app.decorateRequest('takenKey', null)
  app.addHook('onRoute', (route: RouteOptions) => {
    if (!route.config?.creates) return
    route.preHandler = [take, ...[route.preHandler ?? []].flat()] as typeof route.preHandler
    route.onSend = [...[route.onSend ?? []].flat(), keep] as typeof route.onSend
  })

  async function take(request: FastifyRequest, reply: FastifyReply) {
    const key = request.headers['idempotency-key']
    if (key === undefined) return
    if (typeof key !== 'string' || !keyShape.test(key)) return answer(reply, 'badIdempotencyKey')
    const userId = request.person.id
    await forgetOldKeys(db, keysKeptMs)
    const state = await takeKey(db, { userId, key, route: routeOf(request), requestHash: hashOf(request) })
    if (state.kind === 'taken') request.takenKey = key
    else return answers[state.kind](reply, state as never)
  }

  async function keep(request: FastifyRequest, reply: FastifyReply, payload: unknown) {
    const key = request.takenKey
    if (key === null) return payload
    const owned = { userId: request.person.id, key }
    request.takenKey = null
    const isText = typeof payload === 'string' && payload !== ''
    if (isPassing(reply.statusCode) || (payload && !isText)) await releaseKey(db, owned)
    else await storeAnswer(db, owned, { status: reply.statusCode, body: isText ? JSON.parse(payload) : null })
    return payload
  }
}

const answers: {
  [K in Exclude<KeyState['kind'], 'taken'>]: (reply: FastifyReply, state: KeyState & { kind: K }) => FastifyReply
} = {
  inProgress: (reply) => answer(reply, 'keyInUse'),
  otherRequest: (reply) => answer(reply, 'keyReused'),
  answered: (reply, { answer: { status, body } }) =>
    reply
      .code(status)
      .header('idempotency-replayed', 'true')
      .headers(etagHeader(body))
      .type(status < 400 ? 'application/json' : 'application/problem+json')
      .send(body === null ? '' : JSON.stringify(body)),
}

/** "Not now": a fault of ours or a rate that was reached. It says nothing about the request, so its repeat is a new try. */
function isPassing(status: number) {
  return status >= 500 || status === 429
}

function routeOf(request: FastifyRequest) {
  return `${request.method} ${request.url}`
}

function hashOf(request: FastifyRequest) {
  const body = typeof request.body === 'string' ? request.body : JSON.stringify(request.body ?? null)
  return createHash('sha256').update(body).digest()
}
