import { Type } from 'typebox'
import { page, pageLimitDefault, PageQuery } from '../../contract/atoms.ts'
import { EditedEvent, Event, EventChange, EventCopy, NewEvent, RsvpStats } from '../../contract/event.ts'
import { listEvents } from '../../storage/events.ts'
import { findEventOfPerson } from '../../storage/access.ts'
import { getStats } from '../../storage/rsvp-stats.ts'
import { answers, answersNothing } from '../answers.ts'
import type { Deps, Routes } from '../deps.ts'
import { answerWithEtag, expectedVersions } from '../etag.ts'
import { duplicateEvent } from '../events/duplicate.ts'
import { eventJson } from '../events/event-json.ts'
import { impactJson } from '../events/impact-json.ts'
import { eventOperations } from '../events/operations.ts'
import { changeEvent, endEvent, removeEvent, writeEvent } from '../events/write.ts'
import { takeNothingAsEmpty } from '../json-body.ts'
import { pageOf, refuseCursor, startOf } from '../page.ts'
import { refuse } from '../problem.ts'

const path = '/api/v1/events/:eventId'
const tags = ['events']

export const eventRoutes: Routes = (app, deps) => {
  const { db } = deps.database
  const Search = Type.Object({ ...PageQuery, q: Type.Optional(Type.String({ maxLength: 200 })) })

  app.get(
    '/api/v1/events',
    {
      config: { access: 'signedIn' },
      schema: { ...eventOperations.listEvents, tags, querystring: Search, response: answers(200, page(Event)) },
    },
    async (request, reply) => {
      const { limit = pageLimitDefault, cursor, q } = request.query
      const list = ['events', request.person.id, q]
      const start = startOf(deps.cursors, list, cursor)
      if (start.kind === 'strange') return refuseCursor(reply)
      const [startsAt, id] = start.after ?? []
      const after = startsAt && id ? { startsAt, id } : undefined
      const rows = await listEvents(db, { userId: request.person.id, q, after, limit: limit + 1 })
      const next = (last: (typeof rows)[number]) => deps.cursors.write(list, [last.startsAt.toISOString(), last.id])
      return pageOf(rows, { limit, next, toJson: eventJson })
    },
  )

  app.post(
    '/api/v1/events',
    {
      config: { access: 'signedIn', creates: true },
      schema: { ...eventOperations.createEvent, tags, body: NewEvent, response: answers(201, Event) },
    },
    async (request, reply) => {
      const written = await writeEvent(deps, request.person.id, request.body)
      if (written.kind === 'refused') return refuse(reply, written.refusal)
      reply.code(201).header('location', `/api/v1/events/${written.event.id}`)
      return answerWithEtag(reply, await viewOf(deps, written.event.id, request.person.id))
    },
  )

  app.get(
    path,
    { config: { access: 'viewer' }, schema: { ...eventOperations.getEvent, tags, response: answers(200, Event) } },
    async ({ event }, reply) => answerWithEtag(reply, eventJson({ ...event, stats: await getStats(db, event.id) })),
  )

  const DryRun = Type.Object({ dryRun: Type.Optional(Type.Boolean()) })
  app.patch(
    path,
    {
      config: { access: 'editor' },
      schema: {
        ...eventOperations.changeEvent,
        tags,
        querystring: DryRun,
        body: EventChange,
        response: answers(200, EditedEvent),
      },
    },
    async (request, reply) => {
      const { dryRun = false } = request.query
      const edited = await changeEvent(deps, { ...editingOf(request), dryRun }, request.body)
      if (edited.kind === 'refused') return refuse(reply, edited.refusal)
      const { role, hostName } = request.event
      const view = eventJson({ ...edited.event, role, hostName, stats: await getStats(db, edited.event.id) })
      return answerWithEtag(reply, { ...view, ...impactJson(edited.plan) })
    },
  )

  app.delete(
    path,
    { config: { access: 'owner' }, schema: { ...eventOperations.deleteEvent, tags, response: answersNothing } },
    async (request, reply) => {
      const removed = await removeEvent(deps, editingOf(request))
      return removed.kind === 'refused' ? refuse(reply, removed.refusal) : reply.code(204).send(null)
    },
  )

  app.post(
    `${path}/cancel`,
    { config: { access: 'owner' }, schema: { ...eventOperations.cancelEvent, tags, response: answers(200, Event) } },
    async (request, reply) => {
      const ended = await endEvent(deps, editingOf(request))
      if (ended.kind === 'refused') return refuse(reply, ended.refusal)
      return answerWithEtag(reply, await viewOf(deps, ended.event.id, request.person.id))
    },
  )

  app.post(
    `${path}/duplicate`,
    {
      config: { access: 'editor', creates: true },
      preValidation: takeNothingAsEmpty,
      schema: { ...eventOperations.duplicateEvent, tags, body: EventCopy, response: answers(201, Event) },
    },
    async (request, reply) => {
      const asked = { eventId: request.event.id, userId: request.person.id, change: request.body }
      const copied = await duplicateEvent(deps, asked)
      if (copied.kind === 'refused') return refuse(reply, copied.refusal)
      reply.code(201).header('location', `/api/v1/events/${copied.event.id}`)
      return answerWithEtag(reply, await viewOf(deps, copied.event.id, request.person.id))
    },
  )

  app.get(
    `${path}/stats`,
    {
      config: { access: 'viewer' },
      schema: { ...eventOperations.getEventStats, tags, response: answers(200, RsvpStats) },
    },
    async ({ event }) => getStats(db, event.id),
  )
}

async function viewOf({ database: { db } }: Deps, eventId: string, userId: string) {
  const [event, stats] = await Promise.all([findEventOfPerson(db, { eventId, userId }), getStats(db, eventId)])
  return eventJson({ ...event!, stats })
}

function editingOf(request: Parameters<typeof expectedVersions>[0]) {
  return { eventId: request.event.id, userId: request.person.id, versions: expectedVersions(request) }
}
