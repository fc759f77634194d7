import { sql } from 'kysely'
import type { Db } from './database.ts'
import { judgedAndWired, verdictsOfAll } from './judged-and-wired.ts'
import { countSurprises, movedAndCounted, recordOutcomes, type Recorded, type Recording } from './record.ts'
import { markWired, settleThoseLeftOut, type Mark, type Marking } from './wire.ts'

export type RecordedAndMarked = { recorded: Recorded; marks: Mark[] }

/**
 * Records what became of some mails and marks those that follow, in one statement and with one commit: most of what either costs is
 * to begin a statement and to end a transaction. Calls with several mails, and accounts with a limit, go one after the other.
 */
export async function recordAndMark(db: Db, recording: Recording, marking: Marking): Promise<RecordedAndMarked> {
  if (!fitTogether(recording, marking)) {
    const recorded = await recordOutcomes(db, recording)
    return { recorded, marks: marking.rows.length > 0 ? await markWired(db, marking) : [] }
  }
  const { rows } = await sql<Mark & { moved: number | null }>`
    -- prepared: record_and_mark
    with ${movedAndCounted(recording)}, ${judgedAndWired(marking.rows, marking.provider)}
    select *, null::int as moved from (${verdictsOfAll}) v
    union all select null, null, null, null, count(*)::int from moved`.execute(db)
  const moved = rows.find((row) => row.moved !== null)!.moved!
  const marked = rows.filter((row) => row.moved === null)
  const marks = await settleThoseLeftOut(db, marking, marked)
  const surprises = moved < recording.outcomes.length ? await countSurprises(db, recording.outcomes) : 0
  return { recorded: { moved, surprises }, marks }
}

function fitTogether({ outcomes, closed }: Recording, { rows, account }: Marking) {
  const areSingle = closed.length === 0 && rows.every(({ batch }) => batch === undefined)
  return outcomes.length > 0 && rows.length > 0 && areSingle && account === undefined
}
