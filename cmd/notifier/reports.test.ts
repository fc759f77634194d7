import { sql } from 'kysely'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import type { Feedback } from '../../api/domain/feedback.ts'
import { storeFeedback } from '../../api/storage/inbox.ts'
import { cloneDatabase } from '../../test/database.ts'
import { eventually } from '../../test/notifiers.ts'
import { finishedMessage } from '../../test/outcomes.ts'
import { systemClock, type Clock } from './clock.ts'
import type { Meter } from './meter.ts'
import { applyReports } from './reports.ts'

type Line = { msg: string } & Record<string, unknown>

/** Two guests have a mail. Time passes only when `pass` is called, so that nothing is found by waiting. */
async function started() {
  const { db } = await cloneDatabase()
  const { message } = await finishedMessage(db, ['accepted', 'accepted'])
  const lines: Line[] = []
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line) as Line) })
  const rests: number[] = []
  const figures: Record<string, number> = {}
  const meter = { add: (counter: string, by = 1) => void (figures[counter] = (figures[counter] ?? 0) + by) } as Meter
  let pass = () => {}
  let minutePasses = () => {}
  const clock: Clock = {
    ...systemClock,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        rests.push(ms)
        pass = resolve
        if (signal!.aborted) resolve()
        signal!.addEventListener('abort', () => resolve())
      }),
    every(_ms, act) {
      minutePasses = act
      return () => {}
    },
  }
  const reports = applyReports({ db, shard: 3, log, clock, meter })
  onTestFinished(reports.stop)
  const opened = (seq: number, id = `e-${seq}`): Feedback => ({
    ...{ provider: 'resend', providerEventId: id, kind: 'opened', happenedAt: new Date() },
    ...{ messageId: message.id, seq, generation: 1, providerMessageId: `p-${seq}` },
  })
  const applied = () => eventually(async () => lines.at(-1)?.msg === 'reports applied' && lines.at(-1)!)
  const times = { pass: () => pass(), minutePasses: () => minutePasses() }
  return { db, reports, lines, figures, rests, opened, applied, ...times }
}

test('a report is applied when somebody says that it has come', async () => {
  const { db, reports, opened, applied } = await started()
  await storeFeedback(db, [opened(1), opened(2)])

  reports.wake()

  expect(await applied()).toMatchObject({ events: 2, opened: 2, noop: 0, unprocessable: 0 })
})

test('without a word it is found within a second', async () => {
  const { db, opened, applied, pass } = await started()
  await storeFeedback(db, [opened(1)])

  pass()

  expect(await applied()).toMatchObject({ events: 1, opened: 1 })
})

test('the log says of a repeat how much of it was known, and nothing of a run without reports', async () => {
  const { db, reports, lines, opened, applied, pass } = await started()
  await storeFeedback(db, [opened(1)])
  reports.wake()
  await applied()
  pass()
  await storeFeedback(db, [opened(1, 'again')])
  reports.wake()

  await eventually(async () => lines.length === 2)

  expect(lines[1]).toMatchObject({ events: 1, opened: 0, noop: 1 })
})

test('that a mail went twice is told to the log and the figures', async () => {
  const { db, reports, lines, figures, opened } = await started()
  const onTheWire = { state: 'wired', generation: 2, acceptedAt: null, wiredAt: new Date() } as const
  await db.updateTable('messageDeliveries').set(onTheWire).where('seq', '=', 1).execute()
  await storeFeedback(db, [{ ...opened(1), address: 'guest-1@example.com' }])

  reports.wake()

  await eventually(async () => lines.some(({ msg, level }) => msg === 'double_send_detected' && level === 50))
  expect(figures).toEqual({ double_send_detected: 1 })
})

test('a click is looked at when its moment has come, and not a second later', async () => {
  const { db, reports, opened, rests } = await started()
  await storeFeedback(db, [{ ...opened(1), kind: 'clicked', link: 'https://menu.example/' }])

  reports.wake()

  const rest = await eventually(async () => rests.find((ms) => ms < 1000))
  expect(rest).toBeLessThanOrEqual(700)
})

test('a database that fails once is asked again', async () => {
  const { db, reports, lines, opened, applied, pass } = await started()
  await db.schema.alterTable('provider_events').renameTo('elsewhere').execute()
  reports.wake()
  await eventually(async () => lines.some(({ level }) => level === 50))
  await db.schema.alterTable('elsewhere').renameTo('provider_events').execute()
  await storeFeedback(db, [opened(1)])

  pass()

  expect(await applied()).toMatchObject({ opened: 1 })
})

test('old reports are dropped every minute, as many as there are and no younger ones', async () => {
  const { db, opened, minutePasses } = await started()
  await storeFeedback(
    db,
    Array.from({ length: 5001 }, (_, at) => opened(1, `old-${at}`)),
  )
  await sql`update provider_events set applied_at = now() - interval '31 days', outcome = 'noop'`.execute(db)
  await storeFeedback(db, [opened(2)])

  minutePasses()

  const left = () => db.selectFrom('providerEvents').select('providerEventId').execute()
  await eventually(async () => (await left()).length === 1)
  expect(await left()).toEqual([{ providerEventId: 'e-2' }])
})
