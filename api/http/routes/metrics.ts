import { Metrics } from '../../contract/metrics.ts'
import { refusals } from '../../domain/refusals.ts'
import { readSnapshots } from '../../realtime/snapshot.ts'
import { answers } from '../answers.ts'
import type { Routes } from '../deps.ts'
import { operation } from '../operation.ts'
import { MessageParams, messagePath, refuseStrangeMessage } from '../messages/address.ts'
import { refuseAs } from '../problem.ts'

/** How a message stands, for those who ask: the same figures as on the stream. */
export const metricsRoutes: Routes = (app, { database: { db } }) => {
  app.get(
    `${messagePath}/metrics`,
    {
      config: { access: 'viewer' },
      preValidation: refuseStrangeMessage,
      schema: {
        ...operation('getMessageMetrics', 'Read how a message goes'),
        tags: ['messages'],
        params: MessageParams,
        response: answers(200, Metrics),
      },
    },
    async (request, reply) => {
      const { messageId } = request.params
      const snapshot = (await readSnapshots(db, [messageId])).get(messageId.toLowerCase())
      if (snapshot?.message.eventId !== request.event.id) return refuseAs(reply, refusals.notFound)
      reply.header('cache-control', 'no-store')
      return snapshot
    },
  )
}
