import type { Static } from 'typebox'
import { page, pageLimitDefault } from '../../contract/atoms.ts'
import { Recipient, RecipientCount } from '../../contract/delivery.ts'
import { AudienceQuery, RecipientsQuery } from '../../contract/message-requests.ts'
import { readAudience, statusesOf } from '../../domain/audiences.ts'
import { skipReasons } from '../../domain/delivery.ts'
import { isTransactional } from '../../domain/message.ts'
import { refusals } from '../../domain/refusals.ts'
import { refused, type Refused } from '../../domain/refusals/refusal.ts'
import type { EventAccess } from '../../storage/access.ts'
import { countAudience, listAudience, type Audience } from '../../storage/audience.ts'
import { answers } from '../answers.ts'
import type { Routes } from '../deps.ts'
import { operation } from '../operation.ts'
import { messagesPath } from '../messages/address.ts'
import { pageOf, refuseCursor, startOf } from '../page.ts'
import { refuse } from '../problem.ts'

const tags = ['messages']

/** How many and who, before anything is sent: the same query that the send will use. */
export const messageAudienceRoutes: Routes = (app, deps) => {
  const { db } = deps.database

  app.get(
    `${messagesPath}/recipient-count`,
    {
      config: { access: 'viewer' },
      schema: {
        ...operation('countRecipients', 'Count whom a message would reach'),
        tags,
        querystring: AudienceQuery,
        response: answers(200, RecipientCount),
      },
    },
    async (request, reply) => {
      const asked = audienceOf(request.event, request.query)
      if (asked.kind === 'refused') return refuse(reply, asked.refusal)

      const { count, skipped } = await countAudience(db, asked.audience)
      const { unsubscribed = 0, suppressed = 0, no_address: noAddress = 0, shared_address: sharedAddress = 0 } = skipped
      return { count, excluded: { unsubscribed, suppressed, noAddress, sharedAddress } }
    },
  )

  app.get(
    `${messagesPath}/recipients`,
    {
      config: { access: 'editor' },
      schema: {
        ...operation('listRecipients', 'List whom a message would reach, and whom not'),
        tags,
        querystring: RecipientsQuery,
        response: answers(200, page(Recipient)),
      },
    },
    async (request, reply) => {
      const { limit = pageLimitDefault, cursor } = request.query
      const asked = audienceOf(request.event, request.query)
      if (asked.kind === 'refused') return refuse(reply, asked.refusal)
      const list = ['recipients', request.event.id, asked.audience.statuses, request.query.kind, request.query.resendOf]
      const start = startOf(deps.cursors, list, cursor)
      if (start.kind === 'strange') return refuseCursor(reply)

      const offset = Number(start.after?.[0] ?? 0)
      const rows = await listAudience(db, asked.audience, { limit: limit + 1, offset })
      const next = () => deps.cursors.write(list, [String(offset + limit)])
      return pageOf(rows, { limit, next, toJson: recipientJson })
    },
  )
}

type Row = Awaited<ReturnType<typeof listAudience>>[number]

function recipientJson({ id: guestId, name, email, skipReason, carrier: carriedBy }: Row): Recipient {
  return { guestId, name, email, reason: skipReason && skipReasons[skipReason], carriedBy }
}

type Asked = { kind: 'asked'; audience: Audience }

function audienceOf(event: EventAccess, query: Static<typeof AudienceQuery>): Asked | Refused {
  const keys = readAudience(query.audience)
  if (!keys.ok) {
    const { kind, refusal } = refused(refusals.audienceUnknown, keys)
    return { kind, refusal: { ...refusal, field: 'audience' } }
  }
  const statuses = statusesOf(keys.value)
  const transactional = isTransactional(query.kind ?? 'broadcast')
  const unopenedOf = query.resendOf
  return { kind: 'asked', audience: { eventId: event.id, hostId: event.hostId, statuses, unopenedOf, transactional } }
}
