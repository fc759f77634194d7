import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { refusals } from '../domain/refusals.ts'
import type { App } from './deps.ts'
import {
  answerProblem,
  DatabaseAway,
  problem,
  problems,
  refuseAs,
  type ProblemDetails,
  type ProblemKey,
} from './problem.ts'
import { SchemaViolation } from './validation.ts'

/**
 * The one place where what was thrown becomes an answer. The caller learns what to do, never what broke:
 * no stack, SQL, path or version leaves this file.
 */
export function answerErrors(app: App) {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const details = asProblem(error)
    if (details.status >= 500) request.log.error({ err: error }, 'request failed')
    return answerProblem(reply, details)
  })
}

/** For what the framework refuses before it knows a route, such as an address that cannot be decoded. */
export function answerUnrouted(error: FastifyError, _request: unknown, reply: FastifyReply) {
  return answerProblem(reply, asProblem(error))
}

export function answerNotFound(_request: FastifyRequest, reply: FastifyReply) {
  return refuseAs(reply, refusals.notFound)
}

function asProblem(error: FastifyError): ProblemDetails {
  if (error instanceof SchemaViolation) return problem('badRequest', { errors: error.errors })
  if (isDatabaseAway(error)) return problem('unavailable')
  return problem(keyOfCode[error.code] ?? keyOfStatus[error.statusCode ?? 500] ?? 'internal')
}

const keyOfCode: Record<string, ProblemKey | undefined> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'badJson',
}

/** The framework's own refusals carry a status; each of those that it uses has one problem. */
const ofFramework = [
  ...(['badRequest', 'methodNotAllowed', 'timeout', 'tooLarge', 'uriTooLong'] as const),
  ...(['mediaType', 'tooMany', 'headersTooLarge'] as const),
]
const keyOfStatus: Record<number, ProblemKey | undefined> = Object.fromEntries(
  ofFramework.map((key) => [problems[key].status, key]),
)

/** Codes of a server that is away, starting or stopping: from the socket, and PostgreSQL's classes 08, 57P and 53300. */
const awayCodes = /^(ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|57P0[1-3]|08\w{3}|53300)$/

/** The driver's own words when the line breaks under a query; it gives them no code. */
const awayWords =
  /^(Connection terminated|timeout exceeded when trying to connect$|Client has encountered a connection error)/

function isDatabaseAway(error: FastifyError) {
  if (error instanceof DatabaseAway) return true
  return awayCodes.test(error.code ?? '') || awayWords.test(error.message)
}
