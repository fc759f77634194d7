import { sql } from 'kysely'
import type { Db } from './database.ts'
import { inTurn, markName } from './frequency-cap.ts'
import { judged, marksOf, verdicts, wired, type SharedVerdict } from './judged-and-wired.ts'
import {
  countAccepted,
  countSurprises,
  recordOutcomes,
  nameGiven,
  replyOf,
  type Recorded,
  type RecordedOutcome,
  type Recording,
} from './record.ts'
import { markWired, settleThoseLeftOut, type Mark, type Marking, type Row } from './wire.ts'

export type RecordedAndMarked = { recorded: Recorded; marks: Mark[] }

/**
 * Records what became of some mails and marks those that follow. Where all were accepted, in one statement and with one commit: most of
 * what either costs is to begin a statement and to end a transaction. Whatever is rarer (a refusal, calls with several mails, accounts with
 * a limit) goes one after the other.
 */
export async function recordAndMark(db: Db, recording: Recording, marking: Marking): Promise<RecordedAndMarked> {
  if (!fitTogether(recording, marking)) {
    const recorded = await recordOutcomes(db, recording)
    return { recorded, marks: marking.rows.length > 0 ? await markWired(db, marking) : [] }
  }
  const { outcomes } = recording
  const { rows } = await inTurn(db, marking, (tx) => recordAndMarkStatement(recording, marking).execute(tx))
  const moved = rows.find((row) => row.verdict === null)!.moved
  const marks = await settleThoseLeftOut(db, marking, marksOf(rows.filter((row) => row.verdict !== null)))
  const surprises = moved < outcomes.length ? await countSurprises(db, outcomes) : 0
  return { recorded: { moved, surprises }, marks }
}

/** Exported for the test that reads its plan. */
export function recordAndMarkStatement({ outcomes, shard }: Recording, { rows, provider, cap }: Marking) {
  return sql<SharedVerdict | { verdict: null; moved: number }>`
    -- prepared: ${markName('record_and_mark', cap)}
    with ${accepted(outcomes)}, ${countAccepted(shard, 'moved')}, ${judged(rows, cap)}, ${wired(provider)}
    select *, null::int as moved from (${verdicts}) v
    union all select null, null, null, count(*)::int from moved`
}

function fitTogether({ outcomes, closed }: Recording, { rows, account }: Marking) {
  const areSingle = closed.length === 0 && rows.every(({ batch }) => batch === undefined)
  const areAccepted = outcomes.length > 0 && outcomes.every(({ outcome }) => outcome.state === 'accepted')
  return areAccepted && rows.length > 0 && areSingle && account === undefined && !haveOneInCommon(outcomes, rows)
}

/**
 * A row may be marked anew while its old answer still waits to be written: its unit was lost meanwhile, and claimed again. One statement
 * changes a row only once, and the answer is what must not be lost.
 */
function haveOneInCommon(outcomes: readonly Row[], rows: readonly Row[]) {
  const names = new Set(outcomes.map(nameOf))
  return rows.some((row) => names.has(nameOf(row)))
}

const nameOf = ({ messageId, seq }: Row) => `${messageId}/${seq}`

/** As `recordOutcomes` writes an acceptance, which is evidence and asks for no claim. */
function accepted(outcomes: readonly RecordedOutcome[]) {
  return sql`moved as (
      update message_deliveries d set
        state = 'accepted',
        provider_message_id = coalesce(g.provider_message_id, d.provider_message_id),
        reply = g.reply,
        accepted_at = now(),
        reason = null, due_at = null, failed_at = null, unknown_at = null
      from unnest(
        (select ${outcomes.map((o) => o.messageId)}::uuid[]), (select ${outcomes.map((o) => o.seq)}::int[]),
        (select ${outcomes.map(nameGiven)}::text[]), (select ${outcomes.map(({ outcome }) => replyOf(outcome))}::text[])
      ) as g(message_id, seq, provider_message_id, reply)
      where d.message_id = g.message_id and d.seq = g.seq and d.state in ('queued', 'wired', 'unknown')
      returning d.message_id, old.state as was
    )`
}
