import type { FastifyReply, FastifyRequest } from 'fastify'
import { fromNodeHeaders } from 'better-auth/node'
import { DatabaseAway } from '../problem.ts'
import type { Auth } from './auth.ts'

export type Person = { id: string; name: string; email: string; emailVerified: boolean; sessionId: string }

/** Who the session cookie stands for. A session near its end is prolonged, and the new cookie goes out with the reply. */
export async function personOf(auth: Auth, request: FastifyRequest, reply: FastifyReply): Promise<Person | undefined> {
  if (!request.headers.cookie) return undefined
  const cookies = fromNodeHeaders({ cookie: request.headers.cookie })
  const { headers, response } = await auth.api
    .getSession({ headers: cookies, returnHeaders: true })
    // A cookie that is wrong is no session; only a database that does not answer makes this fail.
    .catch((cause: unknown) => {
      throw new DatabaseAway('the session could not be read', { cause })
    })
  copyCookies(headers, reply)
  return response ? { ...response.user, sessionId: response.session.id } : undefined
}

/** One header per cookie: joined with commas, browsers would read a single broken one. */
export function copyCookies(from: Headers, reply: FastifyReply) {
  const cookies = from.getSetCookie()
  if (cookies.length > 0) reply.header('set-cookie', cookies)
}
