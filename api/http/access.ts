import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { refusals } from '../domain/refusals.ts'
import { atLeast, type Role } from '../domain/roles.ts'
import { findEventOfMessage, findEventOfPerson, type EventAccess } from '../storage/access.ts'
import { personOf, type Person } from './auth/session.ts'
import type { App, Deps } from './deps.ts'
import { answer, refuseAs } from './problem.ts'
import { accountRate, linkRate } from './rate.ts'
import { refuseCrossSite } from './same-origin.ts'

/** Who may use a route. `guestLink` and `signature` are checked by the route itself, against the token or the raw body. */
export type Access = 'public' | 'signedIn' | Role | 'operator' | 'guestLink' | 'signature'

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
    /** The route creates something, so that `Idempotency-Key` is honoured. */
    creates?: boolean
  }
  interface FastifyInstance {
    /** Every guarded route, for the test that asks each of them as everybody. */
    guarded: { method: string; url: string; access: Access }[]
  }
  interface FastifyRequest {
    /** Who asks; set on every route but public, guestLink and signature. */
    person: Person
    /** The event that the address names, as this person sees it; set where a role is needed. */
    event: EventAccess
  }
}

type Guard = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined | void>

/** Each route below is refused at boot unless it says who may use it, and gets its guard before its body is read. */
export function guardRoutes(app: App, deps: Deps) {
  const guards = guardsOf(app, deps)
  app.decorateRequest('person', null as unknown as Person)
  app.decorateRequest('event', null as unknown as EventAccess)
  app.decorate('guarded', [])
  app.addHook('onRoute', (route: RouteOptions) => {
    const access = route.config?.access
    if (!access) throw new Error(`${String(route.method)} ${route.url} does not say who may use it: set config.access`)
    for (const method of [route.method].flat()) app.guarded.push({ method, url: route.url, access })
    route.onRequest = [guards[access], ...[route.onRequest ?? []].flat()] as typeof route.onRequest
  })
}

function guardsOf(app: App, deps: Deps): Record<Access, Guard> {
  const { db } = deps.database
  const countRequest = accountRate(app, deps.config.apiRatePerMinute)
  const countVisit = linkRate(app)
  const sameOrigin = refuseCrossSite(deps.config)

  const signedIn: Guard = async (request, reply) => {
    if (sameOrigin(request)) return answer(reply, 'crossSite')
    const person = await personOf(deps.auth, request, reply)
    if (!person) return answer(reply, 'unauthenticated')
    request.person = person
    return countRequest(request, reply)
  }

  const hasRole =
    (needed: Role): Guard =>
    async (request, reply) => {
      const refusedAlready = await signedIn(request, reply)
      if (refusedAlready) return refusedAlready
      const event = await eventOf(request)
      if (!event) return refuseAs(reply, refusals.notFound)
      if (!atLeast(event.role, needed)) return refuseAs(reply, refusals.roleNeeded, { needed, owner: event.hostName })
      request.event = event
    }

  /** A foreign id, an unknown id and what is no id at all lead to the same answer. */
  const eventOf = async (request: FastifyRequest) => {
    const { eventId, id, messageId } = request.params as Record<string, string | undefined>
    const userId = request.person.id
    const named = eventId ?? id
    if (named !== undefined) return isUuid(named) ? findEventOfPerson(db, { eventId: named, userId }) : undefined
    return messageId !== undefined && isUuid(messageId) ? findEventOfMessage(db, { messageId, userId }) : undefined
  }

  const isOperator = (person: Person) => deps.config.operatorEmails.includes(person.email)

  return {
    public: async (request, reply) => {
      if (sameOrigin(request)) return answer(reply, 'crossSite')
    },
    signedIn,
    viewer: hasRole('viewer'),
    editor: hasRole('editor'),
    owner: hasRole('owner'),
    // That there is an operator's side at all is nobody else's business.
    operator: async (request, reply) => {
      if (sameOrigin(request)) return answer(reply, 'crossSite')
      const person = await personOf(deps.auth, request, reply)
      if (!person || !isOperator(person)) return refuseAs(reply, refusals.notFound)
      request.person = person
      return countRequest(request, reply)
    },
    guestLink: countVisit,
    signature: async () => {},
  }
}

/** Ends a request before its body is looked at when this part of its address cannot be an id. Such a part is as unknown as any other. */
export function refuseStrange(part: string) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const { [part]: id = '' } = request.params as Record<string, string | undefined>
    if (!isUuid(id)) return refuseAs(reply, refusals.notFound)
  }
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

function isUuid(text: string): boolean {
  return uuid.test(text)
}
