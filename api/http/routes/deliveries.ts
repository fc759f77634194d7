import { page, pageLimitDefault } from '../../contract/atoms.ts'
import { Delivery } from '../../contract/delivery.ts'
import { DeliveryListQuery } from '../../contract/message-requests.ts'
import { deliveryStatus } from '../../domain/delivery.ts'
import { reasonInWords, timelineOf } from '../../domain/delivery-words.ts'
import { refusals } from '../../domain/refusals.ts'
import { listDeliveries, type DeliveryRow } from '../../storage/deliveries.ts'
import { getMessage } from '../../storage/messages.ts'
import { answers } from '../answers.ts'
import type { Routes } from '../deps.ts'
import { operation } from '../operation.ts'
import { instant } from '../instant.ts'
import { MessageParams, messagePath, refuseStrangeMessage } from '../messages/address.ts'
import { pageOf, refuseCursor, startOf } from '../page.ts'
import { refuseAs } from '../problem.ts'

export const deliveryRoutes: Routes = (app, deps) => {
  const { db } = deps.database

  app.get(
    `${messagePath}/deliveries`,
    {
      config: { access: 'editor' },
      preValidation: refuseStrangeMessage,
      schema: {
        ...operation('listDeliveries', 'Read what became of each guest’s mail'),
        tags: ['messages'],
        params: MessageParams,
        querystring: DeliveryListQuery,
        response: answers(200, page(Delivery)),
      },
    },
    async (request, reply) => {
      const { messageId } = request.params
      const message = await getMessage(db, { eventId: request.event.id, messageId })
      if (!message) return refuseAs(reply, refusals.notFound)
      const { status, limit = pageLimitDefault, cursor } = request.query
      const list = ['deliveries', messageId, status]
      const start = startOf(deps.cursors, list, cursor)
      if (start.kind === 'strange') return refuseCursor(reply)

      const after = Number(start.after?.[0] ?? 0)
      const rows = await listDeliveries(db, { messageId, status, after, limit: limit + 1 })
      const next = (last: DeliveryRow) => deps.cursors.write(list, [String(last.seq)])
      return pageOf(rows, { limit, next, toJson: deliveryJson })
    },
  )
}

function deliveryJson(row: DeliveryRow): Delivery {
  const { guestId, guestName, guestEmail, address, reply, provider, providerMessageId, carriedBy } = row
  return {
    ...{ guestId, guestName, guestEmail, address, reply, provider, providerMessageId, carriedBy },
    status: deliveryStatus(row),
    reason: reasonInWords(row),
    attempts: row.attempt,
    wiredAt: instant(row.wiredAt),
    acceptedAt: instant(row.acceptedAt),
    deliveredAt: instant(row.deliveredAt),
    openedAt: instant(row.openedAt),
    clickedAt: instant(row.clickedAt),
    openedMachineAt: instant(row.openedMachineAt),
    clickedMachineAt: instant(row.clickedMachineAt),
    machineReason: row.machineReason,
    bouncedAt: instant(row.bouncedAt),
    dueAt: instant(row.dueAt),
    leftAt: instant(row.leftAt),
    timeline: timelineOf(row).map(({ at, text }) => ({ at: at.toISOString(), text })),
  }
}
