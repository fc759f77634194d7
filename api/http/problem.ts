import type { FastifyReply } from 'fastify'
import type { Refusal, RefusalKind } from '../domain/refusals/refusal.ts'
import { refused } from '../domain/refusals/refusal.ts'

export type FieldError = {
  /** JSON pointer into the body, or the name of a query or path parameter. */
  field: string
  message: string
}

/** RFC 9457. `type` is stable and meant for programs; `title` and `detail` are sentences for people. */
export type ProblemDetails = {
  type: string
  title: string
  status: number
  detail?: string
  errors?: FieldError[]
  /** Extension members of a refusal. */
  [member: string]: unknown
}

/** What can be wrong with a request before its meaning is looked at. What the domain refuses carries its own words. */
export const problems = {
  badRequest: { status: 400, title: 'The request is not as it should be' },
  badJson: { status: 400, title: 'The body is not valid JSON' },
  badCursor: { status: 400, title: 'This cursor does not belong to this list; start again without it' },
  badIdempotencyKey: { status: 400, title: 'An Idempotency-Key has 1 to 255 printable ASCII characters' },
  unauthenticated: { status: 401, title: 'Please sign in' },
  notSigned: { status: 401, title: 'The signature of this request is not as it should be' },
  crossSite: { status: 403, title: 'This request came from another site, so nothing was done' },
  methodNotAllowed: { status: 405, title: 'This address does not know this method' },
  timeout: { status: 408, title: 'The request took too long to arrive' },
  keyInUse: { status: 409, title: 'A request with this Idempotency-Key has not finished' },
  tooLarge: { status: 413, title: 'The body is too large' },
  uriTooLong: { status: 414, title: 'The address is too long' },
  mediaType: { status: 415, title: 'The body has a content type that is not understood here' },
  keyReused: { status: 422, title: 'This Idempotency-Key was used for a different request' },
  upgradeRequired: { status: 426, title: 'This address speaks WebSocket only' },
  tooMany: { status: 429, title: 'Too many requests; please wait a moment' },
  headersTooLarge: { status: 431, title: 'The headers are too large' },
  internal: { status: 500, title: 'Something went wrong on our side, and we have written it down' },
  unavailable: { status: 503, title: 'The database cannot be reached; please try again shortly' },
  tryLater: { status: 503, title: 'This cannot be taken just now; please try again shortly' },
} as const
export type ProblemKey = keyof typeof problems

/** For code that can tell better than an error's code that the database did not answer. */
export class DatabaseAway extends Error {
  override name = 'DatabaseAway'
}

type More = { detail?: string; errors?: FieldError[] }

export function problem(key: ProblemKey, more: More = {}): ProblemDetails {
  const type = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return { type: problemType(type), ...problems[key], ...more }
}

/** `not-found` -> `urn:tidings:problem:not-found`: an identifier, and not an address that somebody would have to keep alive. */
export function problemType(type: string): string {
  return `urn:tidings:problem:${type}`
}

export function answerProblem(reply: FastifyReply, details: ProblemDetails): FastifyReply {
  // Serialised here, so that no route's response schema can drop a field of it.
  return reply.code(details.status).type('application/problem+json').send(JSON.stringify(details))
}

/** Answers a problem of the request itself. */
export function answer(reply: FastifyReply, key: ProblemKey, more?: More): FastifyReply {
  return answerProblem(reply, problem(key, more))
}

/** Answers a domain's no, with its status and words. */
export function refuse(reply: FastifyReply, refusal: Refusal): FastifyReply {
  const { type, title, status, detail, field, more } = refusal
  const errors = field === undefined ? undefined : [{ field, message: detail }]
  return answerProblem(reply, { ...more, type: problemType(type), title, status, detail, ...(errors && { errors }) })
}

/** `refuseAs(reply, refusals.lastOwner)`, for a no that the route itself finds. */
export function refuseAs<Context>(reply: FastifyReply, kind: RefusalKind<Context>, context: Context): FastifyReply
export function refuseAs(reply: FastifyReply, kind: RefusalKind): FastifyReply
export function refuseAs<Context>(reply: FastifyReply, kind: RefusalKind<Context>, context?: Context): FastifyReply {
  return refuse(reply, refused(kind as RefusalKind<unknown>, context).refusal)
}
