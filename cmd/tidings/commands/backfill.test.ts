import { expect, test } from 'vitest'
import { cloneDatabase } from '../../../test/database.ts'
import { registerNotifier } from '../../../api/storage/notifiers.ts'
import { runTidings } from '../run.ts'

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString()

async function desk(eventApi?: string) {
  const { db, url } = await cloneDatabase()
  const identity = { host: 'box', pid: 1, version: '1', provider: 'smtp', providerAccount: 'smtp:relay', eventApi }
  await registerNotifier(db, identity)
  const asked = async (...args: string[]) => {
    const said = { out: '', errors: '' }
    const output = {
      log: (line: string) => void (said.out += `${line}\n`),
      error: (line: string) => void (said.errors += `${line}\n`),
    }
    return { code: await runTidings(['backfill', ...args], { DATABASE_URL: url }, output), ...said }
  }
  const rows = () => db.selectFrom('backfills').selectAll().execute()
  return { db, asked, rows }
}

test('an interval is set, shown, refused a second time, and cancelled, each with a row in the audit log', async () => {
  const { db, asked, rows } = await desk('mailgun')
  const interval = ['--from', hoursAgo(5), '--to', hoursAgo(3)]

  const none = await asked()
  const dry = await asked(...interval, '--dry-run')
  const untouched = await rows()
  const set = await asked(...interval, '--json')
  const again = await asked(...interval)
  const shown = await asked()
  const cancelled = await asked('--cancel')
  const nothing = await asked('--cancel')

  expect(none).toMatchObject({ code: 0, out: 'No interval has been fetched again so far.\n' })
  expect(dry.out).toMatch(/^Dry run; nothing was changed:\nEvents of mailgun from /)
  expect(untouched).toEqual([])
  expect(JSON.parse(set.out)).toMatchObject({ provider: 'mailgun', backfill: { state: 'waiting', events: 0 } })
  expect(again).toMatchObject({ code: 1, errors: expect.stringMatching(/^An interval is being fetched already/) })
  expect(shown.out).toMatch(/^Interval +from .*Z to .*Z, waiting$/m)
  expect(cancelled).toMatchObject({ code: 0, out: expect.stringContaining('has ended where it was') })
  expect(nothing).toMatchObject({ code: 1, errors: 'Nothing is being fetched.\n' })
  const log = await db.selectFrom('auditLog').select('action').orderBy('id').execute()
  expect(log.map(({ action }) => action)).toEqual(['operator.backfill', 'operator.cancelBackfill'])
})

test('a provider that only reports is said to have no event API, and what to do instead', async () => {
  const { asked, rows } = await desk()
  const interval = ['--from', hoursAgo(5), '--to', hoursAgo(3)]

  const smtp = await asked(...interval)
  const resend = await asked(...interval, '--provider', 'resend')
  const ses = await asked(...interval, '--provider', 'ses')

  expect([smtp.code, resend.code, ses.code]).toEqual([1, 1, 1])
  expect(smtp.errors).toMatch(/no event API: .*MAILGUN_API_KEY/)
  expect(resend.errors).toMatch(/no event API: replay .* dashboard/)
  expect(ses.errors).toMatch(/no event API: .* dead-letter queue .* tidings replay/)
  expect(await rows()).toEqual([])
})

test.each([
  [['--from', hoursAgo(5)], /^--to is missing\./],
  [['--from', 'noon', '--to', hoursAgo(3)], /^--from: Write it as an instant/],
  [['--from', hoursAgo(5), '--to', hoursAgo(-3)], /^--to: It must be in the past/],
  [['--from', hoursAgo(5), '--cancel'], /^--cancel stands alone\./],
])('backfill %j is not understood, in one line', async (args, words) => {
  const { asked } = await desk('mailgun')

  expect(await asked(...args)).toMatchObject({ code: 2, out: '', errors: expect.stringMatching(words) })
})
