import type { FastifyRequest } from 'fastify'
import type { Changes } from '../storage/changes.ts'
import { didSomething } from './audit.ts'
import type { App, Deps } from './deps.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The event in which a guest's link has changed something; set by its route. */
    movedEvent: string | null
  }
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Tells those who watch that something was done. Only after the answer has left: nothing of it can be in the answer's way. */
export function announceDeeds(app: App, { hub }: Pick<Deps, 'hub'>) {
  app.decorateRequest('movedEvent', null)
  app.addHook('onResponse', async (request, reply) => {
    if (safeMethods.has(request.method) || !didSomething(request, reply)) return
    const changes = changesOf(request)
    if (changes) await hub.announce(changes)
  })
}

/** Whatever was done under an address is told of the event and the message that it names. */
function changesOf({ event, movedEvent, params }: FastifyRequest): Changes | undefined {
  const eventId = event?.id ?? movedEvent
  if (!eventId) return undefined
  const { messageId } = params as { messageId?: string }
  return { events: [eventId], messages: messageId === undefined ? [] : [messageId] }
}
