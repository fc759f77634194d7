import { BackfillJson, BackfillState, SetBackfill } from '../../contract/operator/backfill.ts'
import { chooseEventApi, readInterval } from '../../domain/backfill.ts'
import { refusals } from '../../domain/refusals.ts'
import { refused } from '../../domain/refusals/refusal.ts'
import {
  cancelBackfill,
  eventSources,
  lastBackfill,
  setBackfill,
  type BackfillProgress,
} from '../../storage/backfills.ts'
import { transact } from '../../storage/transact.ts'
import { answers, answersNothing } from '../answers.ts'
import type { Routes } from '../deps.ts'
import { operation } from '../operation.ts'
import { refuse, refuseAs } from '../problem.ts'

const path = '/api/v1/operator/backfill'

/** A day on which reports were lost is fetched again, where the provider can be asked. */
export const operatorBackfillRoutes: Routes = (app, { database: { db }, now }) => {
  app.get(
    path,
    {
      config: { access: 'operator' },
      schema: {
        ...operation('getBackfill', 'Read how the last backfill of reports went'),
        tags: ['operator'],
        response: answers(200, BackfillState),
      },
    },
    async () => {
      const last = await lastBackfill(db)
      const choice = chooseEventApi(await eventSources(db))
      const isOver = last === undefined || last.state === 'finished' || last.state === 'cancelled'
      const words = choice.ok ? (isOver ? null : refused(refusals.backfillRunning).refusal.detail) : choice.problem
      return { backfill: last ? backfillJson(last) : null, possible: words === null, words }
    },
  )

  app.post(
    path,
    {
      config: { access: 'operator', creates: true },
      schema: {
        ...operation(
          'startBackfill',
          'Fetch lost reports again from the provider',
          'One at a time: 409. A provider that cannot be asked: 422.',
        ),
        tags: ['operator'],
        body: SetBackfill,
        response: answers(201, BackfillJson),
      },
    },
    async (request, reply) => {
      const { provider, begin, end } = request.body
      const interval = readInterval(begin, end, now())
      if (!interval.ok) return refuseAs(reply, refusals.fieldInvalid, interval)
      const choice = chooseEventApi(await eventSources(db), provider)
      if (!choice.ok) return refuseAs(reply, refusals.noEventApi, choice)
      const set = await transact(db, (tx) => setBackfill(tx, interval, request.person.email))
      if (!set) return refuse(reply, refused(refusals.backfillRunning).refusal)
      return reply.code(201).send(backfillJson({ ...set, state: 'waiting', reached: [] }))
    },
  )

  app.delete(
    path,
    {
      config: { access: 'operator' },
      schema: {
        ...operation('cancelBackfill', 'Cancel the backfill that runs', 'When none runs: 404.'),
        tags: ['operator'],
        response: answersNothing,
      },
    },
    async (_request, reply) => {
      if (!(await cancelBackfill(db))) return refuseAs(reply, refusals.notFound)
      return reply.code(204).send(null)
    },
  )
}

function backfillJson(backfill: BackfillProgress): BackfillJson {
  const { id, state, requestedBy, events, applied, noop, unprocessable, reached } = backfill
  return {
    ...{ id, state, requestedBy, events, applied, noop, unprocessable },
    begin: backfill.beginsAt.toISOString(),
    end: backfill.endsAt.toISOString(),
    requestedAt: backfill.requestedAt.toISOString(),
    finishedAt: backfill.finishedAt?.toISOString() ?? null,
    cancelledAt: backfill.cancelledAt?.toISOString() ?? null,
    reached: reached.map(({ pipeline, at }) => ({ pipeline, at: at.toISOString() })),
  }
}
