import { Type } from 'typebox'
import { refusals } from '../../domain/refusals.ts'
import { liftBounce } from '../../storage/guest-suppressions.ts'
import { getGuest } from '../../storage/guests.ts'
import { refuseStrange } from '../access.ts'
import { answersNothing } from '../answers.ts'
import type { Routes } from '../deps.ts'
import { operation } from '../operation.ts'
import { refuseAs } from '../problem.ts'
import { guestsPath } from './guests.ts'

/** A mailbox that was full for weeks, or a server that was wrong: whoever knows the guest may have the address tried again. */
export const guestSuppressionRoutes: Routes = (app, { database: { db } }) => {
  app.delete(
    `${guestsPath}/:guestId/suppression`,
    {
      config: { access: 'editor' },
      preValidation: refuseStrange('guestId'),
      schema: {
        ...operation('liftSuppression', 'Let a guest’s bounced address be tried again'),
        tags: ['guests'],
        params: Type.Object({ eventId: Type.String(), guestId: Type.String() }),
        response: answersNothing,
      },
    },
    async (request, reply) => {
      const { id: eventId, hostId } = request.event
      const key = { eventId, guestId: request.params.guestId }
      if (!(await getGuest(db, key))) return refuseAs(reply, refusals.notFound)
      await liftBounce(db, { ...key, hostId })
      return reply.code(204).send(null)
    },
  )
}
