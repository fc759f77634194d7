import { Type } from 'typebox'
import { refusals } from '../../domain/refusals.ts'
import type { Seat } from '../../realtime/watcher.ts'
import { getMessage } from '../../storage/messages.ts'
import { answers } from '../answers.ts'
import type { Routes } from '../deps.ts'
import { operation } from '../operation.ts'
import { MessageParams, messagePath, refuseStrangeMessage } from '../messages/address.ts'
import { refuseAs } from '../problem.ts'
import { openEventStream } from '../realtime/event-stream.ts'
import { answerTooManyStreams } from '../realtime/too-many.ts'

const description =
  'Server-sent events: how the message stands, at once and then whenever a figure moves. Each `data` is one `Metrics`. ' +
  'Before the server ends a stream it says why in an event named `close`.'

/** The figures of one message for as long as somebody looks at them. Every refusal comes before the first byte of the stream. */
export const metricsStreamRoutes: Routes = (app, { database: { db }, hub }) => {
  app.get(
    `${messagePath}/metrics/stream`,
    {
      config: { access: 'viewer' },
      // A HEAD would be a stream that nobody reads.
      exposeHeadRoute: false,
      preValidation: refuseStrangeMessage,
      schema: {
        ...operation('watchMessageMetrics', 'Watch how a message goes, live', description),
        ...{ tags: ['messages'], params: MessageParams },
        produces: ['text/event-stream'],
        response: answers(200, Type.String()),
      },
    },
    async (request, reply) => {
      const { person, event, params } = request
      const message = await getMessage(db, { eventId: event.id, messageId: params.messageId })
      if (!message) return refuseAs(reply, refusals.notFound)
      if (!hub.hasRoomFor(person.id)) return answerTooManyStreams(reply)

      let seat: Seat | undefined
      const watcher = openEventStream(request, reply, () => seat && hub.unsubscribe(seat))
      if (reply.raw.destroyed) return reply
      const right = { userId: person.id, sessionId: person.sessionId, eventId: event.id }
      seat = hub.subscribe({ kind: 'message', id: message.id, ...right }, watcher)
      if (!seat) watcher.close('stopping')
      return reply
    },
  )
}
