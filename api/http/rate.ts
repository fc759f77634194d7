import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from './deps.ts'
import { answer } from './problem.ts'

const minuteMs = 60_000

/** A whole office behind one address may answer an invitation at once; ten thousand guessed tokens take a quarter of an hour. */
const linkVisitsPerMinute = 600

/** Requests per account, counted in this process: two API processes allow twice as many, which is still a bound. */
export function accountRate(app: App, perMinute: number) {
  return limit(app, perMinute, (request) => `account ${request.person.id}`)
}

/** Guests have no account, so the network counts. */
export function linkRate(app: App) {
  return limit(app, linkVisitsPerMinute, (request) => `link ${request.ip}`)
}

function limit(app: App, max: number, keyOf: (request: FastifyRequest) => string) {
  const count = app.createRateLimit({ max, timeWindow: minuteMs, keyGenerator: keyOf })
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const state = await count(request)
    if (state.isAllowed || !state.isExceeded) return undefined
    reply.header('retry-after', Math.max(1, state.ttlInSeconds))
    return answer(reply, 'tooMany')
  }
}
