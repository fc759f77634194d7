import { expect, test } from 'vitest'
import { messageKinds } from './message.ts'
import { jobs, pipelines, stopsAt, type JobKey, type JobState } from './pipelines.ts'

const now = new Date('2027-03-14T12:00:00.000Z')
const ago = (minutes: number, seconds = 0) => new Date(now.getTime() - minutes * 60_000 - seconds * 1000)

function planned(key: JobKey, state: Partial<JobState> = {}) {
  return jobs.find((job) => job.key === key)!.plan({ now, reachedAt: undefined, ...state })
}
const window = (begin: Date, end: Date) => ({ kind: 'window', begin, end })
const skipped = { kind: 'skip', reason: expect.stringContaining('is not after the begin') }

test('opened comes first, then the others, then what was missing, then the backfill', () => {
  expect(jobs.map(({ key }) => key)).toEqual(['latest-opened', 'latest-others', 'missing', 'backfill'])
  const [opened, others, missing] = jobs
  expect(opened!.kinds).toEqual(['opened'])
  expect(others!.kinds).not.toContain('opened')
  expect(new Set(missing!.kinds)).toEqual(new Set([...opened!.kinds, ...others!.kinds]))
})

test('every message belongs to exactly one pipeline, and so does one that nobody knows', () => {
  for (const kind of [...messageKinds, undefined]) {
    expect(pipelines.filter(({ owns }) => owns(kind)).map(({ key }) => key)).toEqual([
      kind === 'reminder' ? 'reminders' : 'broadcasts',
    ])
  }
})

test.each(['latest-opened', 'latest-others'] as const)(
  '%s: never newer than a minute, and first half an hour back',
  (job) => {
    expect(planned(job)).toEqual(window(ago(30), ago(1)))
    expect(planned(job, { reachedAt: ago(6) })).toEqual(window(ago(6), ago(1)))
    expect(planned(job, { reachedAt: ago(1, 1) })).toEqual(window(ago(1, 1), ago(1)))
    expect(planned(job, { reachedAt: ago(1) })).toEqual(skipped)
    expect(planned(job, { reachedAt: ago(0) })).toEqual(skipped)
    // After a week away it goes on where it was, and does not leave the week out.
    expect(planned(job, { reachedAt: ago(7 * 24 * 60) })).toEqual(window(ago(7 * 24 * 60), ago(1)))
  },
)

test('missing: older than half an hour, first two hours back, and never what the latest have still to read', () => {
  expect(planned('missing')).toEqual(window(ago(120), ago(30)))
  expect(planned('missing', { reachedAt: ago(35) })).toEqual(window(ago(35), ago(30)))
  expect(planned('missing', { reachedAt: ago(30) })).toEqual(skipped)
  expect(planned('missing', { othersBeganAt: ago(6) })).toEqual(window(ago(120), ago(30)))
  expect(planned('missing', { othersBeganAt: ago(90) })).toEqual(window(ago(120), ago(90)))
  expect(planned('missing', { othersBeganAt: ago(600) })).toEqual(skipped)
})

test('a backfill reads its interval, goes on where it was, and leaves out the last minute', () => {
  const backfill = { beginsAt: ago(600), endsAt: ago(300) }

  expect(planned('backfill')).toEqual({ kind: 'nothing' })
  expect(planned('backfill', { backfill })).toEqual(window(ago(600), ago(300)))
  expect(planned('backfill', { backfill, reachedAt: ago(400) })).toEqual(window(ago(400), ago(300)))
  expect(planned('backfill', { backfill, reachedAt: ago(900) })).toEqual(window(ago(600), ago(300)))
  expect(planned('backfill', { backfill: { beginsAt: ago(10), endsAt: ago(0) } })).toEqual(window(ago(10), ago(1)))
  expect(planned('backfill', { backfill, reachedAt: ago(300) })).toEqual({ kind: 'nothing' })
  expect(planned('backfill', { backfill: { beginsAt: ago(0.5), endsAt: ago(0) } })).toEqual(skipped)
})

test('a job may stop early only where the next one does not begin at the same second again', () => {
  const begin = new Date('2027-03-14T12:00:00.200Z')

  const asked = { begin, end: new Date('2027-03-14T13:00:00Z') }
  expect(stopsAt(asked, undefined)).toBeUndefined()
  expect(stopsAt(asked, new Date('2027-03-14T12:00:00.900Z'))).toBeUndefined()
  expect(stopsAt(asked, new Date('2027-03-14T12:00:01.000Z'))).toEqual(new Date('2027-03-14T12:00:01.000Z'))
})

test('an event that is said to happen in a hundred years moves nothing beyond the window', () => {
  const asked = { begin: new Date('2027-03-14T12:00:00Z'), end: new Date('2027-03-14T13:00:00Z') }

  expect(stopsAt(asked, new Date('2127-03-14T12:00:00Z'))).toEqual(asked.end)
})
