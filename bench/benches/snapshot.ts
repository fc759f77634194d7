import type { Bench } from '../bench.ts'
import { recordOutcomes } from '../../api/storage/record.ts'
import { loadQueuedRows } from '../../api/storage/rows.ts'
import { claimUnits } from '../../api/storage/claim-units.ts'
import { settleUnit } from '../../api/storage/units.ts'
import { markWired } from '../../api/storage/wire.ts'
import { median, rounded, timedMs } from '../measure/numbers.ts'
import { eventWithGuests, forgetEverything } from '../stage/events.ts'
import { claimant, holdExpanded } from '../stage/held-message.ts'
import { startStage, type Stage } from '../stage/stage.ts'

const guests = 100_000

/** Marks and outcomes of so many mails share a statement, so that what is measured is rows and not round trips. */
const batch = 250

type Times = { claimMs: number[]; workMs: number[] }

export const snapshot: Bench = {
  name: 'snapshot',
  about: `${guests} deliveries through claim, mark and record, while somebody holds an old snapshot and vacuum can remove nothing.`,
  minutesMax: 8,
  async run() {
    const stage = await startStage()
    const free = await workThrough(stage)
    const holder = await stage.pool.connect()
    const held = await workThrough(stage, async () => {
      await holder.query('begin isolation level repeatable read')
      // It reads no table: a lock on one would be in the way, and the snapshot is what counts.
      await holder.query('select pg_current_snapshot()')
    })
    await holder.query('commit')
    holder.release()
    const growth = (times: Times) => rounded(tenth(times.claimMs, 'last') / tenth(times.claimMs, 'first'), 2)
    return {
      figures: [
        {
          what: 'claim at the end by claim at the start, snapshot held',
          value: growth(held),
          unit: 'x',
          target: { atMost: 2 },
        },
        { what: 'the same without a snapshot', value: growth(free), unit: 'x' },
      ],
      tables: [
        {
          title: 'Medians of the first and the last tenth of the units, in ms',
          columns: ['snapshot held', 'claim first', 'claim last', 'mark and record first', 'mark and record last'],
          rows: [rowOf('no', free), rowOf('yes', held)],
        },
      ],
    }
  },
}

/** The statements of a notifier, one unit after the other, without a mail. */
async function workThrough(stage: Stage, before?: () => Promise<void>): Promise<Times> {
  const event = await eventWithGuests(stage, guests)
  await holdExpanded(stage, event.id)
  await stage.pool.query('vacuum (analyze) message_deliveries')
  await before?.()
  const times: Times = { claimMs: [], workMs: [] }
  for (;;) {
    const { ms, result } = await timedMs(() => claim(stage))
    if (!result) break
    times.claimMs.push(ms)
    times.workMs.push((await timedMs(() => markAndRecord(stage, result))).ms)
  }
  await forgetEverything(stage)
  return times
}

async function claim({ db }: Stage) {
  const [unit] = await claimUnits(db, claimant, { units: 1 })
  return unit && { unit, rows: await loadQueuedRows(db, unit) }
}

type Claimed = NonNullable<Awaited<ReturnType<typeof claim>>>

async function markAndRecord({ db }: Stage, { unit, rows }: Claimed) {
  const { messageId, epoch, id: unitId } = unit
  for (let from = 0; from < rows.length; from += batch) {
    const some = rows.slice(from, from + batch).map(({ seq }) => ({ messageId, seq, unitId, epoch }))
    await markWired(db, { rows: some, provider: claimant.provider, shard: 1 })
    const outcomes = some.map((row) => Object.assign(row, { outcome: accepted(row.seq) }))
    await recordOutcomes(db, { outcomes, closed: [], shard: 1 })
  }
  await settleUnit(db, unit)
}

function accepted(seq: number) {
  return { state: 'accepted' as const, providerMessageId: `<${seq}@tidings.test>`, reply: '2.0.0 queued' }
}

function tenth(values: number[], which: 'first' | 'last') {
  const size = Math.ceil(values.length / 10)
  return median(which === 'first' ? values.slice(0, size) : values.slice(-size))
}

function rowOf(held: string, { claimMs, workMs }: Times) {
  const cells = [claimMs, workMs].flatMap((each) => [tenth(each, 'first'), tenth(each, 'last')])
  return [held, ...cells.map((ms) => rounded(ms, 2))]
}
