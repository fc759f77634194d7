import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench, Figure } from '../bench.ts'
import { measureUsage } from '../measure/usage.ts'
import { median, rounded, timedMs } from '../measure/numbers.ts'
import { eventWithGuests, forgetEverything } from '../stage/events.ts'
import { holdExpanded } from '../stage/held-message.ts'
import { messageDueNow } from '../stage/messages.ts'
import { overSmtp, startNotifier } from '../stage/notifier.ts'
import { startStage, type Stage } from '../stage/stage.ts'

/** The size that most large events have; the largest is a setting. */
const usualGuests = 100_000

export const expand: Bench = {
  name: 'expand',
  about:
    'From a due message to one delivery per guest, with units, counters and the unique constraint; and how soon the first mail leaves.',
  minutesMax: 10,
  async run({ rounds, guests }) {
    const stage = await startStage()
    const sizes = [usualGuests, guests]
    const runs = new Map<number, { perSecond: number; walBytes: number }[]>()
    for (const size of sizes) {
      const event = await eventWithGuests(stage, size)
      const each = []
      for (let round = 0; round < rounds; round++) each.push(await expandOnce(stage, event.id, size))
      runs.set(size, each)
      await forgetEverything(stage)
    }
    const firsts = await firstMails(stage, guests, rounds)
    return {
      figures: [
        ...sizes.map((size): Figure => {
          const rates = runs.get(size)!.map(({ perSecond }) => Math.round(perSecond))
          const target = { atLeast: 100_000 }
          return { what: `expansion of ${size} guests`, unit: 'guests/s', value: median(rates), rounds: rates, target }
        }),
        {
          what: `first mail of ${guests}, from due`,
          ...{ unit: 's', value: median(firsts), rounds: firsts, target: { atMost: 1 } },
        },
      ],
      tables: [
        {
          title: 'Write-ahead log of an expansion',
          columns: ['guests', 'bytes per guest'],
          rows: sizes.map((size) => [size, Math.round(median(runs.get(size)!.map(({ walBytes }) => walBytes)))]),
        },
      ],
    }
  },
}

/** Fire and all slices, with nothing else running. */
async function expandOnce(stage: Stage, eventId: string, guests: number) {
  await stage.pool.query('checkpoint')
  const usageOf = await measureUsage(stage, process.pid)
  const { ms, result } = await timedMs(() => holdExpanded(stage, eventId))
  const { wal } = await usageOf(guests)
  if (result.guests !== guests) throw new Error(`${result.guests} deliveries for ${guests} guests`)
  await stage.pool.query('truncate message_deliveries, message_counters, send_units')
  return { perSecond: (guests / ms) * 1000, walBytes: wal }
}

/** Seconds from due to the first mail at the sink, by a notifier as it stands in production. The rest of the message is dropped. */
async function firstMails(stage: Stage, guests: number, rounds: number) {
  const notifier = await startNotifier(stage, overSmtp(stage.sink.url, 10))
  const event = await eventWithGuests(stage, guests, 'first.test')
  const seconds = []
  for (let round = 0; round < rounds; round++) {
    await stage.sink.reset()
    const dueAt = Date.now()
    const messageId = await messageDueNow(stage, event.id)
    const { firstAt } = await stage.sink.received('first.test', 1)
    seconds.push(rounded((firstAt - dueAt) / 1000, 2))
    await drop(stage, messageId)
  }
  await notifier.stop()
  return seconds
}

/** Longer than a slice takes, which may be under way. */
const sliceMs = 3000

async function drop({ pool }: Stage, messageId: string) {
  await pool.query(`update scheduled_messages set paused_at = now(), pause_reason = 'bench' where id = $1`, [messageId])
  await sleep(sliceMs)
  await pool.query('delete from send_units where message_id = $1', [messageId])
  await pool.query('delete from scheduled_messages where id = $1', [messageId])
  await pool.query('truncate message_deliveries, message_counters')
}
