import type { Bench, Figure } from '../bench.ts'
import { claimUnits } from '../../api/storage/claim-units.ts'
import { msUntilNextDue } from '../../api/storage/next-due.ts'
import { finishMessages } from '../../api/storage/finish.ts'
import { fireNextDue } from '../../api/storage/fire.ts'
import { loadQueuedRows } from '../../api/storage/rows.ts'
import type { Db } from '../../api/storage/database.ts'
import { median, rounded, timedMs } from '../measure/numbers.ts'
import { plansOf } from '../measure/plan.ts'
import { eventWithGuests } from '../stage/events.ts'
import { fillHistory } from '../stage/finished.ts'
import { claimant, holdExpanded } from '../stage/held-message.ts'
import { publicUrl, sender } from '../stage/messages.ts'
import { startStage, type Stage } from '../stage/stage.ts'

const backlogGuests = 20_000
const pollsTimed = 100
const claimsTimed = 30

type Timing = { rows: number; pollMs: number; claimMs: number; bytes: string }

export const history: Bench = {
  name: 'history',
  about: 'Does a poll, or the claim of a unit with its rows, take longer when many deliveries are finished?',
  minutesMax: 25,
  async run({ rows }) {
    const stage = await startStage()
    const sizes = [10_000, 1_000_000, 10_000_000].filter((size) => size < rows).concat(rows)
    const timings: Timing[] = []
    let plan: string[] = []
    for (const [index, size] of sizes.entries()) {
      const { ms } = await timedMs(() => fillHistory(stage, sizes[index - 1] ?? 0, size))
      console.log(`${size} finished deliveries (${Math.round(ms / 1000)} s)`)
      const pollMs = await timePolls(stage)
      const event = await eventWithGuests(stage, backlogGuests)
      const { messageId } = await holdExpanded(stage, event.id)
      if (index === sizes.length - 1) plan = await plansOf(stage.url, claimWithRows)
      timings.push({ rows: size, pollMs, claimMs: await timeClaims(stage), bytes: await sizeOf(stage) })
      await drop(stage, messageId)
    }
    return {
      figures: [ratio('idle poll', timings, 'pollMs'), ratio('claim of a unit with its rows', timings, 'claimMs')],
      tables: [
        {
          title: 'Medians in ms, round trips included',
          columns: ['finished deliveries', 'idle poll', 'claim and 500 rows', 'deliveries with indexes'],
          rows: timings.map((each) => [each.rows, each.pollMs, each.claimMs, each.bytes]),
        },
      ],
      plans: [{ title: `The claim and its rows beside ${rows} finished deliveries`, lines: plan }],
      notes: [
        'An idle poll is what a notifier asks when it wakes: due messages, claimable units, messages to finish, the next due time.',
      ],
    }
  },
}

function ratio(what: string, timings: Timing[], key: 'pollMs' | 'claimMs'): Figure {
  const [least, most] = [timings[0]!, timings.at(-1)!]
  const value = rounded(most[key] / least[key], 2)
  return { what: `${what}, ${most.rows} finished by ${least.rows}`, value, unit: 'x', target: { atMost: 1.2 } }
}

async function timePolls({ db }: Stage) {
  const firer = { provider: 'smtp', from: sender, publicUrl }
  const poll = async () => {
    await fireNextDue(db, firer)
    await claimUnits(db, claimant, { units: 2 })
    await finishMessages(db)
    await msUntilNextDue(db)
  }
  return medianMs(pollsTimed, poll)
}

const claimWithRows = async (db: Db) => {
  const [unit] = await claimUnits(db, claimant, { units: 1 })
  const rows = await loadQueuedRows(db, unit!)
  if (rows.length === 0) throw new Error('a unit without rows was claimed')
}

const timeClaims = ({ db }: Stage) => medianMs(claimsTimed, () => claimWithRows(db))

async function medianMs(times: number, work: () => Promise<unknown>) {
  const taken: number[] = []
  for (let time = 0; time < times; time++) taken.push((await timedMs(work)).ms)
  return rounded(median(taken), 2)
}

async function sizeOf({ pool }: Stage) {
  const { rows } = await pool.query(`select pg_size_pretty(pg_total_relation_size('message_deliveries')) as size`)
  return rows[0].size as string
}

async function drop({ pool }: Stage, messageId: string) {
  await pool.query('delete from message_deliveries where message_id = $1', [messageId])
  await pool.query('delete from scheduled_messages where id = $1', [messageId])
}
