import type { Static } from 'typebox'
import { Type } from 'typebox'
import { PageQuery, pageLimitDefault } from '../../contract/atoms.ts'
import { EventMetrics, RevisionPage, Timeline, type Revision } from '../../contract/figures.ts'
import { ratesOf } from '../../domain/rates.ts'
import { refusals } from '../../domain/refusals.ts'
import { timelineSteps } from '../../domain/timeline.ts'
import { readEventFigures, type KindFigures } from '../../storage/event-figures.ts'
import { countsOf, type MessageSums } from '../../storage/message-counts.ts'
import { getMessage } from '../../storage/messages.ts'
import { listRevisions, type RevisionRow } from '../../storage/revisions.ts'
import { moments, readTimeline, type TimelineRow } from '../../storage/timeline.ts'
import { answers } from '../answers.ts'
import type { Routes } from '../deps.ts'
import { operation } from '../operation.ts'
import { instant } from '../instant.ts'
import { MessageParams, messagePath, refuseStrangeMessage } from '../messages/address.ts'
import { pageOf, refuseCursor, startOf } from '../page.ts'
import { refuseAs } from '../problem.ts'

const tags = ['metrics']
const config = { access: 'viewer' } as const
const ofMessage = { config, preValidation: refuseStrangeMessage }

/** Figures that nobody watches live: of a whole event, of a message over time, and of each version of its words. */
export const figureRoutes: Routes = (app, deps) => {
  const { db } = deps.database

  app.get(
    '/api/v1/events/:eventId/metrics',
    {
      config,
      schema: {
        ...operation('getEventMetrics', 'Add up what became of an event’s mails'),
        tags,
        response: answers(200, EventMetrics),
      },
    },
    async ({ event }) => {
      const { broadcasts, reminders, at } = await readEventFigures(db, event.id)
      return { broadcasts: figuresJson(broadcasts), reminders: figuresJson(reminders), at: at.toISOString() }
    },
  )

  app.get(
    `${messagePath}/timeline`,
    {
      ...ofMessage,
      schema: {
        ...operation('getMessageTimeline', 'Read how a message went, over time'),
        tags,
        params: MessageParams,
        response: answers(200, Timeline),
      },
    },
    async ({ event, params }, reply) => {
      const { messageId } = params
      const message = await getMessage(db, { eventId: event.id, messageId })
      if (!message) return refuseAs(reply, refusals.notFound)
      const { firedAt } = message
      if (firedAt === null) return { from: null, stepMs: 0, steps: [], later: momentsOf([], 0) }

      const cut = timelineSteps(firedAt, deps.now())
      const rows = await readTimeline(db, { messageId, eventId: event.id, firedAt }, cut)
      return timelineJson(firedAt, cut, rows)
    },
  )

  app.get(
    `${messagePath}/revisions`,
    {
      ...ofMessage,
      schema: {
        ...operation('listMessageRevisions', 'List the versions of a message and their figures'),
        tags,
        params: MessageParams,
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: answers(200, RevisionPage),
      },
    },
    async ({ event, params: { messageId }, query: { limit = pageLimitDefault, cursor } }, reply) => {
      const list = ['revisions', messageId]
      const start = startOf(deps.cursors, list, cursor)
      if (start.kind === 'strange') return refuseCursor(reply)

      const [generation, version] = start.after ?? []
      const after = version === undefined ? undefined : { generation: Number(generation), version: Number(version) }
      const rows = await listRevisions(db, { eventId: event.id, messageId }, { after, limit: limit + 1 })
      // Every message has the version that it is.
      if (rows.length === 0 && !after) return refuseAs(reply, refusals.notFound)
      const next = (last: RevisionRow) => deps.cursors.write(list, [String(last.generation), String(last.version)])
      return pageOf(rows, { limit, next, toJson: revisionJson })
    },
  )
}

function figuresJson(sums: KindFigures) {
  const counts = countsOf(sums)
  return { counts, rates: ratesOf(counts), messages: sums.messages }
}

function timelineJson(
  firedAt: Date,
  { stepMs, steps }: { stepMs: number; steps: number },
  rows: readonly TimelineRow[],
): Static<typeof Timeline> {
  const at = (step: number) => new Date(firedAt.getTime() + step * stepMs).toISOString()
  return {
    from: firedAt.toISOString(),
    stepMs,
    steps: Array.from({ length: steps }, (_, step) => ({ at: at(step), ...momentsOf(rows, step) })),
    later: momentsOf(rows, steps),
  }
}

function momentsOf(rows: readonly TimelineRow[], step: number): Static<typeof Timeline>['later'] {
  const here = rows.filter((row) => row.step === step)
  const counts = moments.map((moment) => [moment, here.find((row) => row.moment === moment)?.n ?? 0])
  return Object.fromEntries(counts) as Static<typeof Timeline>['later']
}

function revisionJson(row: RevisionRow): Revision {
  const { messageId, generation, version, subject, editedBy } = row
  const counts = row.queued === null ? null : countsOf(row as MessageSums)
  return {
    ...{ messageId, generation, version, subject, editedBy },
    createdAt: row.createdAt.toISOString(),
    firedAt: instant(row.firedAt),
    counts,
    rates: counts && ratesOf(counts),
  }
}
