import websocket from '@fastify/websocket'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { WebSocket } from 'ws'
import { Problem } from '../../contract/atoms.ts'
import { closeCodes } from '../../contract/realtime.ts'
import type { Kind, Seat } from '../../realtime/watcher.ts'
import type { App, Routes } from '../deps.ts'
import { operation } from '../operation.ts'
import { answer } from '../problem.ts'
import { watcherOf } from '../realtime/socket.ts'
import { answerTooManyStreams } from '../realtime/too-many.ts'
import { allowedOrigins } from '../same-origin.ts'

/** A client says `{"type":"ping"}` and nothing longer. */
const clientFrameBytesMax = 4096

const about = (what: string) =>
  `A WebSocket that tells ${what}, at once and then whenever it moves. A client may send {"type":"ping"}.`

/** What may be watched, and under which name its address has the id. */
const watched: readonly { kind: Kind; path: string; part: string; operation: ReturnType<typeof operation> }[] = [
  {
    kind: 'message',
    path: '/realtime/messages/:messageId',
    part: 'messageId',
    operation: operation('watchMessage', 'Watch how a message goes, by WebSocket', about('how a message stands')),
  },
  {
    kind: 'event',
    path: '/realtime/events/:eventId',
    part: 'eventId',
    operation: operation(
      'watchEvent',
      'Watch how guests answer, by WebSocket',
      about('how the guests of an event answer'),
    ),
  },
]

/** The live view over WebSockets. Who may not watch is told so in HTTP, before anything is upgraded. */
export const realtimeRoutes: Routes = (parent, { config, hub }) => {
  const origins = allowedOrigins(config)

  /** A browser sends the cookie with a socket that any site opens, and no rule of CORS stands between: the origin has to be ours. */
  async function refuseForeign(request: FastifyRequest, reply: FastifyReply) {
    const { origin } = request.headers
    if (origin !== undefined && !origins.has(origin)) return answer(reply, 'crossSite')
    if (request.ws && !hub.hasRoomFor(request.person.id)) return answerTooManyStreams(reply)
  }

  void parent.register(async (scope) => {
    await scope.register(websocket, {
      options: { maxPayload: clientFrameBytesMax, perMessageDeflate: false },
      // A client that leaves without a word is no error of ours.
      errorHandler: (error, socket, request) => {
        request.log.debug({ err: error }, 'a socket broke')
        socket.terminate()
      },
      // The hub has said goodbye to each by then; see `buildApp`.
      preClose: (done) => done(),
    })
    const app = scope as unknown as App
    for (const { kind, path, part, operation: named } of watched) {
      app.route({
        method: 'GET',
        url: path,
        config: { access: 'viewer' },
        exposeHeadRoute: false,
        preValidation: refuseForeign,
        schema: { ...named, tags: ['messages'], response: { 426: Problem, '4xx': Problem, 101: Type.Null() } },
        handler: async (_request, reply) => answer(reply.header('upgrade', 'websocket'), 'upgradeRequired'),
        wsHandler: (socket, request) => watch(socket, request, kind, part),
      })
    }
  })

  function watch(socket: WebSocket, { event, person, params }: FastifyRequest, kind: Kind, part: string) {
    const id = (params as Record<string, string>)[part]!.toLowerCase()
    let seat: Seat | undefined
    const watcher = watcherOf(socket, kind, () => seat && hub.unsubscribe(seat))
    const right = { userId: person.id, sessionId: person.sessionId, eventId: event.id }
    seat = hub.subscribe({ kind, id, ...right }, watcher)
    if (!seat) socket.close(closeCodes.tooMany, 'tooMany')
  }
}
