import type { Static } from 'typebox'
import { page, pageLimitDefault } from '../../contract/atoms.ts'
import { Recipient, RecipientCount } from '../../contract/delivery.ts'
import { AudienceQuery, RecipientsQuery } from '../../contract/message-requests.ts'
import { readAudience, statusesOf } from '../../domain/audiences.ts'
import { skipReasons } from '../../domain/delivery.ts'
import { limitFor } from '../../domain/frequency-cap.ts'
import { isTransactional } from '../../domain/message.ts'
import { refusals } from '../../domain/refusals.ts'
import { refused, type Refused } from '../../domain/refusals/refusal.ts'
import type { EventAccess } from '../../storage/access.ts'
import { countAudience, listAudience, type Audience, type AudienceCount } from '../../storage/audience.ts'
import { answers } from '../answers.ts'
import type { Deps, Routes } from '../deps.ts'
import { operation } from '../operation.ts'
import { messagesPath } from '../messages/address.ts'
import { noInstant } from '../messages/plan.ts'
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
      const asked = askedFor(deps, request.event, request.query)
      if (asked.kind === 'refused') return refuse(reply, asked.refusal)

      const { count, skipped } = await countAudience(db, asked.audience)
      return { count, excluded: excludedJson(skipped), frequencyCap: asked.audience.cap?.limit ?? null }
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
      const asked = askedFor(deps, request.event, request.query)
      if (asked.kind === 'refused') return refuse(reply, asked.refusal)
      const { kind, resendOf, sendAt } = request.query
      const list = ['recipients', request.event.id, asked.audience.statuses, kind, resendOf, sendAt]
      const start = startOf(deps.cursors, list, cursor)
      if (start.kind === 'strange') return refuseCursor(reply)

      const offset = Number(start.after?.[0] ?? 0)
      const rows = await listAudience(db, asked.audience, { limit: limit + 1, offset })
      const next = () => deps.cursors.write(list, [String(offset + limit)])
      return pageOf(rows, { limit, next, toJson: recipientJson })
    },
  )
}

function excludedJson(skipped: AudienceCount['skipped']): RecipientCount['excluded'] {
  return {
    unsubscribed: skipped.unsubscribed ?? 0,
    suppressed: skipped.suppressed ?? 0,
    noAddress: skipped.no_address ?? 0,
    sharedAddress: skipped.shared_address ?? 0,
    frequencyCapped: skipped.frequency_capped ?? 0,
  }
}

type Row = Awaited<ReturnType<typeof listAudience>>[number]

function recipientJson({ id: guestId, name, email, skipReason, carrier: carriedBy }: Row): Recipient {
  return { guestId, name, email, reason: skipReason && skipReasons[skipReason], carriedBy }
}

type Asked = { kind: 'asked'; audience: Audience }

function askedFor(deps: Deps, event: EventAccess, query: Static<typeof AudienceQuery>): Asked | Refused {
  const keys = readAudience(query.audience)
  if (!keys.ok) {
    const { kind, refusal } = refused(refusals.audienceUnknown, keys)
    return { kind, refusal: { ...refusal, field: 'audience' } }
  }
  const statuses = statusesOf(keys.value)
  const kind = query.kind ?? 'broadcast'
  const transactional = isTransactional(kind)
  const unopenedOf = query.resendOf
  const limit = limitFor(deps.config.frequencyCap, unopenedOf ? 'resend' : kind)
  const endsAt = query.sendAt === undefined ? undefined : new Date(query.sendAt)
  if (endsAt && Number.isNaN(endsAt.getTime())) return refused(refusals.fieldInvalid, noInstant)
  const whom = { eventId: event.id, hostId: event.hostId, statuses, unopenedOf, transactional }
  return { kind: 'asked', audience: { ...whom, ...(limit && { cap: { limit, endsAt } }) } }
}
