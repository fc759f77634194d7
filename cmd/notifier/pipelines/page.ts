import type { Feedback } from '../../../api/domain/feedback.ts'
import type { Pipeline } from '../../../api/domain/pipelines.ts'
import { applyFeedback, type AppliedFeedback } from '../../../api/storage/apply-feedback.ts'
import type { Db, Database } from '../../../api/storage/database.ts'
import { storeFeedback } from '../../../api/storage/inbox.ts'
import { kindsOfMessages } from '../../../api/storage/pipeline-cursors.ts'
import { transact } from '../../../api/storage/transact.ts'
import type { PageOutcome, Tally } from './tally.ts'

/**
 * Takes in the events of one page that belong to this pipeline; the other's are passed over, and not counted. They are stored and applied in
 * one transaction, so that nobody else applies them in between and the run knows what its own came to.
 */
export async function takeIn(
  { db, shard }: { db: Database['db']; shard: number },
  pipeline: Pipeline,
  events: readonly Feedback[],
  tally: Tally,
): Promise<PageOutcome> {
  const ours = await tally.timed('processing', () => ownEvents(db, pipeline, events))
  const { known } = ours
  const apply = async (tx: Db) => {
    await tally.timed('processing', () => storeFeedback(tx, known))
    return tally.timed('aggregation', () => applyFeedback(tx, { shard, max: known.length, only: namesOf(known) }))
  }
  const applied = known.length > 0 ? await transact(db, apply) : nothing
  const page = { events: known.length + ours.unknown, unknown: ours.unknown, applied }
  tally.add(page)
  return page
}

/** `unknown`: of messages that are gone, or of another installation with the same account. What we cannot place we do not keep. */
async function ownEvents(db: Db, pipeline: Pipeline, events: readonly Feedback[]) {
  const kinds = await kindsOfMessages(
    db,
    events.map(({ messageId }) => messageId),
  )
  const own = events.filter(({ messageId }) => pipeline.owns(kinds.get(messageId)))
  const known = own.filter(({ messageId }) => kinds.has(messageId))
  // The same event may stand twice on one page of a storage that settles; the inbox keeps it once.
  return { known, unknown: own.length - known.length }
}

const nothing: AppliedFeedback = {
  ...{ taken: 0, moved: {}, noop: 0, unprocessable: 0, unhandled: 0, waiting: 0, surprises: 0 },
}

function namesOf(events: readonly Feedback[]) {
  return { provider: events[0]?.provider ?? '', ids: events.map(({ providerEventId }) => providerEventId) }
}
