import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { page, pageLimitDefault } from '../../contract/atoms.ts'
import { Guest, GuestChange, GuestListQuery, NewGuest } from '../../contract/guest.ts'
import { refusals } from '../../domain/refusals.ts'
import { rsvpStatuses, type RsvpStatus } from '../../domain/rsvp.ts'
import { listGuests } from '../../storage/guest-list.ts'
import { bouncedSince } from '../../storage/guest-suppressions.ts'
import { getGuest } from '../../storage/guests.ts'
import { refuseStrange } from '../access.ts'
import { answers, answersNothing } from '../answers.ts'
import type { Routes } from '../deps.ts'
import { operation } from '../operation.ts'
import { answerWithEtag, expectedVersions } from '../etag.ts'
import { guestJson } from '../guests/guest-json.ts'
import { addGuest, changeGuest, takeOffList } from '../guests/write.ts'
import { instant } from '../instant.ts'
import { pageOf, refuseCursor, startOf } from '../page.ts'
import { answer, refuse, refuseAs } from '../problem.ts'

export const guestsPath = '/api/v1/events/:eventId/guests'
const guestPath = `${guestsPath}/:guestId`
const tags = ['guests']
const oneGuest = { tags, params: Type.Object({ eventId: Type.String(), guestId: Type.String() }) }

export const guestRoutes: Routes = (app, deps) => {
  const { db } = deps.database
  const json = (request: FastifyRequest) => guestJson(deps, request.event)

  app.get(
    guestsPath,
    {
      config: { access: 'viewer' },
      schema: {
        ...operation('listGuests', 'List the guests of an event'),
        tags,
        querystring: GuestListQuery,
        response: answers(200, page(Guest)),
      },
    },
    async (request, reply) => {
      const { limit = pageLimitDefault, cursor, status, tag, q } = request.query
      const statuses = status?.split(',')
      if (statuses && !statuses.every(isRsvpStatus)) return refuseStatus(reply)
      const list = ['guests', request.event.id, status, tag, q]
      const start = startOf(deps.cursors, list, cursor)
      if (start.kind === 'strange') return refuseCursor(reply)
      const after = start.after?.[0]
      const rows = await listGuests(db, { eventId: request.event.id, statuses, tag, q, after, limit: limit + 1 })
      return pageOf(rows, { limit, toJson: json(request), next: ({ id }) => deps.cursors.write(list, [id]) })
    },
  )

  app.post(
    guestsPath,
    {
      config: { access: 'editor', creates: true },
      schema: {
        ...operation(
          'addGuest',
          'Add a guest',
          'An address that another guest has: 409, unless both are of one household. A full list: 409.',
        ),
        tags,
        body: NewGuest,
        response: answers(201, Guest),
      },
    },
    async (request, reply) => {
      const written = await addGuest(deps, { eventId: request.event.id, asked: request.body })
      if (written.kind === 'refused') return refuse(reply, written.refusal)
      return answerWithEtag(reply.code(201), json(request)(written.guest))
    },
  )

  app.get(
    guestPath,
    {
      config: { access: 'viewer' },
      preValidation: refuseStrange('guestId'),
      schema: { ...operation('getGuest', 'Read a guest'), ...oneGuest, response: answers(200, Guest) },
    },
    async (request, reply) => {
      const guest = await getGuest(db, keyOf(request))
      if (!guest) return refuseAs(reply, refusals.notFound)
      const bouncedAt = instant((await bouncedSince(db, { ...keyOf(request), hostId: request.event.hostId })) ?? null)
      return answerWithEtag(reply, { ...json(request)(guest), bouncedAt })
    },
  )

  app.patch(
    guestPath,
    {
      config: { access: 'editor' },
      preValidation: refuseStrange('guestId'),
      schema: {
        ...operation(
          'changeGuest',
          'Change a guest',
          'What is left out stays. An address that another guest has: 409. With `If-Match` of an older version: 412.',
        ),
        ...oneGuest,
        body: GuestChange,
        response: answers(200, Guest),
      },
    },
    async (request, reply) => {
      const written = await changeGuest(deps, editingOf(request), request.body)
      if (written.kind === 'refused') return refuse(reply, written.refusal)
      return answerWithEtag(reply, json(request)(written.guest))
    },
  )

  app.delete(
    guestPath,
    {
      config: { access: 'editor' },
      preValidation: refuseStrange('guestId'),
      schema: {
        ...operation('removeGuest', 'Take a guest off the list', 'With `If-Match` of an older version: 412.'),
        ...oneGuest,
        response: answersNothing,
      },
    },
    async (request, reply) => {
      const removed = await takeOffList(deps, editingOf(request))
      return removed.kind === 'refused' ? refuse(reply, removed.refusal) : reply.code(204).send(null)
    },
  )
}

function keyOf(request: FastifyRequest) {
  const { guestId } = request.params as { guestId: string }
  return { eventId: request.event.id, guestId }
}

function editingOf(request: FastifyRequest) {
  return { key: keyOf(request), versions: expectedVersions(request) }
}

function isRsvpStatus(word: string): word is RsvpStatus {
  return rsvpStatuses.some((status) => status === word)
}

function refuseStatus(reply: FastifyReply) {
  const message = `Choose from ${rsvpStatuses.join(', ')}, with commas between them.`
  return answer(reply, 'badRequest', { errors: [{ field: 'status', message }] })
}
