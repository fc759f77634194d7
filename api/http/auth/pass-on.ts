import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Deps } from '../deps.ts'
import { answer, answerProblem, problemType } from '../problem.ts'
import { clientAddressHeader } from './auth.ts'
import type { Door } from './doors.ts'
import { copyCookies } from './session.ts'

/** Hands a request to better-auth as it wants it, with its address taken from the connection and never from a header. */
export function passOn(deps: Deps, request: FastifyRequest, door: Door): Promise<Response> {
  const given = (request.body ?? {}) as Record<string, unknown>
  const { method = door.method, query, body = given } = door.inside?.(given) ?? {}
  const url = new URL(`/api/auth${door.path}`, deps.config.publicUrl)
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value)
  const headers = new Headers({ [clientAddressHeader]: request.ip })
  for (const name of ['cookie', 'user-agent', 'origin'] as const) {
    const value = request.headers[name]
    if (value) headers.set(name, value)
  }
  if (method === 'GET') return deps.auth.handler(new Request(url, { method, headers }))
  headers.set('content-type', 'application/json')
  return deps.auth.handler(new Request(url, { method, headers, body: JSON.stringify(body) }))
}

/** Answers what better-auth answered. Its refusals become problems that keep its `code` and `message`. */
export async function passBack(reply: FastifyReply, response: Response) {
  copyCookies(response.headers, reply)
  reply.header('cache-control', 'no-store')
  const text = await response.text()
  if (response.status < 400)
    return reply
      .code(response.status)
      .type('application/json')
      .send(text || 'null')

  if (response.status >= 500) return answer(reply, 'internal')
  const { code, message } = readRefusal(text)
  const retryAfter = response.headers.get('x-retry-after')
  if (retryAfter) reply.header('retry-after', retryAfter)
  const details = { type: problemType(typeOf(code, response.status)), title: message, status: response.status }
  return answerProblem(reply, Object.assign(details, { code, message }))
}

function typeOf(code: string, status: number): string {
  return status === 429 ? 'too-many' : code.toLowerCase().replaceAll('_', '-')
}

/** better-auth speaks JSON, but for a crash of its own, of which nothing should be told. */
function readRefusal(text: string): { code: string; message: string } {
  try {
    const { code = 'AUTH_REFUSED', message = 'This did not work' } = JSON.parse(text) as Record<string, string>
    return { code, message }
  } catch {
    return { code: 'AUTH_REFUSED', message: 'This did not work' }
  }
}
