import { execFile } from 'node:child_process'
import { expect, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { sendingMessage } from '../../test/sending.ts'
import { commands } from './commands.ts'
import { runTidings } from './run.ts'

// What an operator types and reads: as a process of its own on a real database, and where only words matter, without the process.

const unknownId = '00000000-0000-7000-8000-000000000000'

async function halfSent({ db }: TestDatabase) {
  const event = await given.event(db)
  const { message, guests } = await sendingMessage(db, event.id, 4)
  await db.updateTable('scheduledMessages').set({ provider: 'smtp' }).where('id', '=', message.id).execute()
  const failed = { state: 'failed' as const, reason: 'No such user.', reply: '550 5.1.1 no', failedAt: new Date() }
  await db.updateTable('messageDeliveries').set(failed).where('seq', '=', 4).execute()
  await db.updateTable('messageCounters').set({ queued: 3, failed: 1 }).execute()
  return { event, id: message.id, guests }
}

test('status, messages, inspect and deliveries show how things stand, for people and for machines', async () => {
  const database = await cloneDatabase()
  const { id } = await halfSent(database)

  const people = await Promise.all([
    tidings(database.url, 'status'),
    tidings(database.url, 'messages', '--stuck'),
    tidings(database.url, 'inspect', id),
    tidings(database.url, 'deliveries', id, '--status', 'failed'),
  ])
  const machines = await Promise.all([
    tidings(database.url, 'status', '--json'),
    tidings(database.url, 'messages', '--status', 'sending', '--json'),
    tidings(database.url, 'inspect', id, '--json'),
    tidings(database.url, 'deliveries', id, '--json'),
  ])

  const [status, messages, inspected, failed] = people.map(({ code, out }) => ({ code, out }))
  expect(status).toMatchObject({ code: 0, out: expect.stringContaining('none is alive: nothing is sent') })
  expect(status!.out).toContain('1 message for provider smtp, which no live notifier has')
  expect(messages!.out).toMatch(new RegExp(`^${id} +sending +0/4 +no notifier`, 'm'))
  expect(inspected!.out).toContain('The counters equal the rows.')
  expect(inspected!.out).toMatch(/^failed +1 +No such user\. +550 5\.1\.1 no$/m)
  expect(failed!.out).toMatch(/^ {2}4 +failed +0 +guest-4@example\.com +No such user\.$/m)
  expect(people.map(({ out }) => out).join('')).not.toContain('…')
  const [state, list, one, rows] = machines.map(({ out }) => JSON.parse(out))
  expect(state).toMatchObject({ hold: null, sending: { sending: 1, queued: 3, openUnits: 1 }, notifiers: [] })
  expect(list.messages).toMatchObject([{ id, status: 'sending', accepted: 0, failed: 1, stuck: 'no_notifier' }])
  expect(one).toMatchObject({ sums: { agrees: true }, rows: { queued: 3, failed: 1 }, units: [{ lo: 1, hi: 4 }] })
  expect(rows.deliveries).toHaveLength(4)
})

test('of many units a screen is shown, and of how many it is', async () => {
  const database = await cloneDatabase()
  const { id } = await halfSent(database)
  for (let unit = 100; unit < 125; unit++) await given.unit(database.db, id, { id: unit, lo: unit, hi: unit })

  const { out } = await tidings(database.url, 'inspect', id)

  expect(out).toContain('Units: the first 20 of 26 open')
})

test('pause, resume and cancel act on one message, each with a row in the audit log', async () => {
  const database = await cloneDatabase()
  const { id } = await halfSent(database)

  const paused = await tidings(database.url, 'pause', id)
  const again = await tidings(database.url, 'pause', id)
  const resumed = await tidings(database.url, 'resume', id)
  const cancelled = await tidings(database.url, 'cancel', id, '--json')

  expect(paused).toMatchObject({ code: 0, out: expect.stringContaining('is paused; waiting: 3 mails.') })
  expect(again).toEqual({ code: 1, out: '', errors: `It is paused already. To go on: tidings resume ${id}\n` })
  expect(resumed).toMatchObject({ code: 0, out: expect.stringContaining('goes on; waiting: 3 mails.') })
  expect(JSON.parse(cancelled.out)).toEqual({ messageId: id, stopped: 3 })
  const { endReason } = await database.db
    .selectFrom('scheduledMessages')
    .select('endReason')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  expect(endReason, 'its host reads that it was not the host').toBe('operator')
  const log = await database.db.selectFrom('auditLog').selectAll().orderBy('id').execute()
  expect(log.map(({ action, subject }) => [action, subject])).toEqual([
    ['operator.pause', id],
    ['operator.resume', id],
    ['operator.cancel', id],
  ])
  expect(log[0]!.detail).toMatchObject({ by: expect.stringMatching(/^\S+@\S+$/) })
})

test('a dry run says what would be done, and leaves everything as it was', async () => {
  const database = await cloneDatabase()
  const { id } = await halfSent(database)
  const before = await everything(database)

  const answers = await Promise.all([
    tidings(database.url, 'cancel', id, '--dry-run'),
    tidings(database.url, 'hold', '--dry-run', '--json'),
    tidings(database.url, 'suppressions', 'add', 'ada@example.org', '--dry-run'),
    tidings(database.url, 'repin', id, '--to', 'resend', '--dry-run'),
  ])

  expect(answers.map(({ code }) => code)).toEqual([0, 0, 0, 0])
  expect(answers[0]!.out).toMatch(/^Dry run; nothing was changed:\n3 mails of /)
  expect(JSON.parse(answers[1]!.out)).toMatchObject({ held: true, dryRun: true })
  expect(await everything(database)).toEqual(before)
})

test('recount finds what the counters have wrong, and mends it', async () => {
  const database = await cloneDatabase()
  const { id } = await halfSent(database)
  await database.db.updateTable('messageCounters').set({ queued: 1, accepted: 2 }).execute()

  const found = await tidings(database.url, 'inspect', id, '--json')
  const mended = await tidings(database.url, 'recount', id)
  const after = await tidings(database.url, 'recount', id)

  expect(JSON.parse(found.out).sums).toMatchObject({ agrees: false, drift: { queued: 2, accepted: -2 } })
  expect(mended.out).toMatch(/^queued +\+2$/m)
  expect(mended.out).toMatch(/^accepted +-2$/m)
  expect(after.out).toContain('equal its rows.')
})

test('suppressions are listed, added and removed', async () => {
  const database = await cloneDatabase()

  const added = await tidings(database.url, 'suppressions', 'add', 'Ada@Example.org', '--detail', 'asked by phone')
  const listed = await tidings(database.url, 'suppressions', 'list', 'ada@')
  const removed = await tidings(database.url, 'suppressions', 'remove', 'ada@example.org')
  const missing = await tidings(database.url, 'suppressions', 'remove', 'ada@example.org')

  expect(added.code).toBe(0)
  expect(listed.out).toMatch(/^ada@example\.org +manual +everybody/m)
  expect(removed.code).toBe(0)
  expect(missing).toMatchObject({ code: 1, errors: expect.stringMatching(/^ada@example\.org is not suppressed\./) })
})

test('during a hold everybody who asks what is stuck is told of it, and a second hold gives it another reason', async () => {
  const database = await cloneDatabase()
  const { id } = await halfSent(database)
  await asked(database.url, 'hold', '--reason', 'A look at the backup.')

  const again = await asked(database.url, 'hold', '--reason', 'The backup is bad.')
  const [stuck, one] = [await asked(database.url, 'messages', '--stuck'), await asked(database.url, 'inspect', id)]
  const without = await asked(database.url, 'hold')

  expect(again.out).toMatch(/^Sending was on hold already, .* Hosts read the new reason\.$/m)
  for (const { out } of [stuck, one]) expect(out).toMatch(/^ON HOLD since .*: The backup is bad\. To end it: /)
  expect(without.out).not.toContain('new reason')
})

test('messages that are paused are asked for by name', async () => {
  const database = await cloneDatabase()
  const { id } = await halfSent(database)
  const before = await asked(database.url, 'messages', '--paused')
  await asked(database.url, 'pause', id)

  const { out } = await asked(database.url, 'messages', '--paused')

  expect(before.out).toBe('There is no such message.\n')
  expect(out).toMatch(new RegExp(`^${id} +paused`, 'm'))
})

test('a release without a hold is refused', async () => {
  const { url } = await cloneDatabase()

  expect(await asked(url, 'release')).toEqual({
    code: 1,
    out: '',
    errors: 'Sending is not on hold. To stop it: tidings hold\n',
  })
})

const mistakes: [string, string[], number, RegExp][] = [
  [
    'a command that is not there',
    ['frobnicate'],
    2,
    /^There is no command "frobnicate"\. See them all: tidings --help\n$/,
  ],
  [
    'an option that is not there',
    ['status', '--force'],
    2,
    /^Unknown option '--force'\. See: tidings status --help\n$/,
  ],
  ['--dry-run where nothing is written', ['status', '--dry-run'], 2, /^Unknown option '--dry-run'\./],
  ['a missing message', ['inspect'], 2, /^messageId is missing\./],
  ['a word too many', ['release', 'now'], 2, /^"now" is not understood\./],
  [
    'what is no id',
    ['pause', 'drop table'],
    2,
    /^"drop table" is not an id of a message\. List them: tidings messages\n$/,
  ],
  [
    'a message that is not there',
    ['pause', unknownId],
    1,
    /^There is no message 0000.* List them: tidings messages\n$/,
  ],
  ['a provider that is not there', ['repin', unknownId, '--to', 'pigeon'], 1, /^There is no message/],
  ['a status that is not there', ['messages', '--status', 'lost'], 2, /^There is no status "lost"; there are draft, /],
  ['paused, which is no status', ['messages', '--status', 'paused'], 2, /^Paused is no status; ask with --paused\.\n$/],
  ['a limit that is none', ['messages', '--limit', 'many'], 2, /^--limit must be a whole number/],
]

test.each(mistakes)('%s is answered in one line', async (_what, args, code, words) => {
  const { url } = await cloneDatabase()

  expect(await asked(url, ...args)).toMatchObject({ code, out: '', errors: expect.stringMatching(words) })
})

test('without a database, or one that is not migrated, the line names the fix', async () => {
  const nowhere = await asked('postgres://u:secret@127.0.0.1:9/d', 'status')
  const none = await asked('', 'status')

  expect(nowhere).toMatchObject({
    code: 1,
    errors: expect.stringMatching(/^No PostgreSQL answers at 127\.0\.0\.1:9\./),
  })
  expect(nowhere.errors).not.toContain('secret')
  expect(none).toMatchObject({ code: 1, errors: expect.stringMatching(/^DATABASE_URL must be a PostgreSQL address/) })
})

test('the list of commands, and the help of each, fit a terminal and give an example', async () => {
  const list = await asked('', '--help')
  const helps = await Promise.all(commands.map(({ name }) => asked('', name, '--help')))

  expect(list.code).toBe(0)
  for (const { name } of commands) expect(list.out).toMatch(new RegExp(`^  ${name} `, 'm'))
  for (const [at, { code, out }] of helps.entries()) {
    expect(code).toBe(0)
    expect(out).toContain(`Examples:\n  tidings ${commands[at]!.name}`)
    expect(out).toContain('Exit codes: 0 done')
  }
})

/** What a writing command could change. */
async function everything({ db }: TestDatabase) {
  const tables = [
    ...(['scheduledMessages', 'messageDeliveries', 'messageCounters', 'sendUnits'] as const),
    ...(['suppressions', 'sendingHold', 'auditLog'] as const),
  ]
  return Promise.all(tables.map((table) => db.selectFrom(table).selectAll().execute()))
}

async function asked(url: string, ...args: string[]) {
  const said = { out: '', errors: '' }
  const output = {
    log: (line: string) => void (said.out += `${line}\n`),
    error: (line: string) => void (said.errors += `${line}\n`),
  }
  return { code: await runTidings(args, { DATABASE_URL: url }, output), ...said }
}

function tidings(url: string, ...args: string[]) {
  const env = { ...process.env, DATABASE_URL: url }
  return new Promise<{ code: number; out: string; errors: string }>((resolve) => {
    execFile(process.execPath, ['cmd/tidings/main.ts', ...args], { env }, (error, out, errors) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, errors }),
    )
  })
}
