import { Sending } from '../../contract/sending.ts'
import { providerLabel } from '../../providers/providers.ts'
import { findHold } from '../../storage/hold.ts'
import { aliveNotifiers } from '../../storage/notifiers.ts'
import { overdueMessages, strandedMessages } from '../../storage/operator-status.ts'
import { answers } from '../answers.ts'
import type { Routes } from '../deps.ts'
import { operation } from '../operation.ts'

/** Hosts see a message that does not get on; this says why when it is the operator's doing. */
export const sendingRoutes: Routes = (app, { database: { db } }) => {
  app.get(
    '/api/v1/events/:eventId/sending',
    {
      config: { access: 'viewer' },
      schema: {
        ...operation('getSending', 'Read whether anything holds an event’s mails up'),
        tags: ['messages'],
        response: answers(200, Sending),
      },
    },
    async ({ event }) => {
      const hold = await findHold(db)
      const stranded = await strandedMessages(db, event.id)
      const alive = await aliveNotifiers(db)
      const { count, oldestDueAt } = await overdueMessages(db, event.id)
      return {
        hold: hold ? { heldAt: hold.since.toISOString(), reason: hold.reason } : null,
        stranded: stranded.map(({ provider, messages }) => ({ provider: providerLabel(provider), messages })),
        notifierAlive: alive.length > 0,
        overdue: { count, oldestDueAt: oldestDueAt?.toISOString() ?? null },
      }
    },
  )
}
