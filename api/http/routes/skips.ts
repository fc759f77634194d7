import { Skips } from '../../contract/figures.ts'
import { skippedInWords } from '../../domain/delivery.ts'
import { refusals } from '../../domain/refusals.ts'
import { getMessage } from '../../storage/messages.ts'
import { skipsOf } from '../../storage/skips.ts'
import { answers } from '../answers.ts'
import type { Routes } from '../deps.ts'
import { MessageParams, messagePath, refuseStrangeMessage } from '../messages/address.ts'
import { operation } from '../operation.ts'
import { refuseAs } from '../problem.ts'

/** What is behind the number of those who were skipped: how many for which reason, and nobody's name. */
export const skipRoutes: Routes = (app, { database: { db } }) => {
  app.get(
    `${messagePath}/skips`,
    {
      config: { access: 'viewer' },
      preValidation: refuseStrangeMessage,
      schema: {
        ...operation('countMessageSkips', 'Count whom a message skipped, by reason'),
        tags: ['metrics'],
        params: MessageParams,
        response: answers(200, Skips),
      },
    },
    async ({ event, params: { messageId } }, reply) => {
      if (!(await getMessage(db, { eventId: event.id, messageId }))) return refuseAs(reply, refusals.notFound)
      const rows = await skipsOf(db, messageId)
      return { items: rows.map(({ reason, count }) => ({ reason, count, words: skippedInWords[reason] })) }
    },
  )
}
