import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type, type TString } from 'typebox'
import { nameMax } from '../../domain/person-text.ts'
import { findPerson } from '../../storage/people.ts'
import { doors } from '../auth/doors.ts'
import { createFailureCount } from '../auth/failures.ts'
import { passBack, passOn } from '../auth/pass-on.ts'
import type { Deps, Routes } from '../deps.ts'
import { operation } from '../operation.ts'
import { answer } from '../problem.ts'

/** Reading a body of credentials needs no more; a password has at most 200 characters. */
const credentialBytesMax = 10_000

/** Texts of which we have to say more than that they are texts. */
const shapes: Readonly<Record<string, TString>> = { name: Type.String({ maxLength: nameMax }) }

type Handler = (
  request: FastifyRequest,
  reply: FastifyReply,
  pass: () => Promise<Response>,
) => Promise<Response | undefined>

export const authRoutes: Routes = (app, deps) => {
  const around: Record<string, Handler | undefined> = {
    '/sign-in/email': slowDownGuessing(deps),
    '/change-email': tellBothAddresses(deps),
    '/verify-email': tellBothAddressesOnceProven(deps),
  }
  for (const door of doors) {
    app.route({
      method: door.method,
      url: `/api/auth${door.path}`,
      config: { access: door.access },
      schema: { ...operation(door.id, door.words), tags: ['account'], ...(door.takes && { body: bodyOf(door.takes) }) },
      bodyLimit: credentialBytesMax,
      handler: async (request, reply) => {
        const pass = () => passOn(deps, request, door)
        const response = await (around[door.path]?.(request, reply, pass) ?? pass())
        return response ? passBack(reply, response) : reply
      },
    })
  }
}

function bodyOf(texts: readonly string[]) {
  return Type.Object(Object.fromEntries(texts.map((name) => [name, shapes[name] ?? Type.String()])))
}

function slowDownGuessing(deps: Deps): Handler {
  const failures = createFailureCount(deps.now)
  return async (request, reply, pass) => {
    const email = textOf(request.body, 'email').toLowerCase()
    const wait = failures.secondsToWait(email)
    if (wait > 0) {
      answer(reply.header('retry-after', wait), 'tooMany')
      return undefined
    }
    const response = await pass()
    if (response.status === 401) failures.failed(email)
    else if (response.ok) failures.succeeded(email)
    return response
  }
}

/** An address that nobody proved yet changes at once; both the old and the new one hear of it. */
function tellBothAddresses({ database, accountMail }: Deps): Handler {
  return async (request, _reply, pass) => {
    const before = request.person
    const response = await pass()
    const after = response.ok ? await findPerson(database.db, before.id) : undefined
    if (after && after.email !== before.email)
      accountMail.addressChanged(after, { from: before.email, to: after.email })
    return response
  }
}

/** A proven address changes when the new one is proven too. The token has just been verified, so its words can be believed. */
function tellBothAddressesOnceProven({ accountMail }: Deps): Handler {
  return async (request, _reply, pass) => {
    const response = await pass()
    const { email, updateTo } = response.ok ? claimsOf(textOf(request.body, 'token')) : {}
    if (email && updateTo) accountMail.addressChanged({ name: email, email }, { from: email, to: updateTo })
    return response
  }
}

function claimsOf(token: string): { email?: string; updateTo?: string } {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { email?: string }
}

function textOf(body: unknown, name: string): string {
  const value = (body as Record<string, unknown> | null | undefined)?.[name]
  return typeof value === 'string' ? value : ''
}
