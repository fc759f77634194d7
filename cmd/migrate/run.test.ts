import { execFile } from 'node:child_process'
import { expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { failureInWords } from './failure.ts'

test('down takes one migration back, down --all the rest, up applies them again', async () => {
  const { url } = await cloneDatabase()

  const one = await migrate(['down'], url)
  const all = await migrate(['down', '--all'], url)
  const nothing = await migrate(['down'], url)
  const up = await migrate(['up'], url)
  const again = await migrate([], url)

  expect(one).toMatchObject({ code: 0, out: expect.stringMatching(/^Took back 1 migration: \d{4}_\w+\.\n$/) })
  expect(all.out).toMatch(/^Took back \d+ migrations: .*0001_accounts\.\n$/)
  expect(nothing.out).toBe('Nothing to do.\n')
  expect(up.out).toMatch(/^Applied \d+ migrations: 0001_accounts, /)
  expect(again).toEqual({ code: 0, out: 'Nothing to do.\n', errors: '' })
})

test('status is a table of what is applied and what is not yet', async () => {
  const { url } = await cloneDatabase()

  const applied = await migrate(['status'], url)
  await migrate(['down'], url)
  const oneLess = await migrate(['status'], url)

  expect(applied.out).toMatch(/^Migration +Applied\n-+ {2}-+\n0001_accounts +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\n/)
  expect(applied.out).toContain('The database is up to date.')
  expect(oneLess.out).toMatch(/not yet\n\n1 to apply: node cmd\/migrate\/main\.ts up\n$/)
})

const mistakes: [string, string[], string | undefined, number, RegExp][] = [
  ['no address', ['up'], undefined, 1, /^DATABASE_URL is not set\. Set it to postgres:\/\//],
  ['an address of something else', ['up'], 'mysql://a:b@c/d', 1, /^DATABASE_URL is not a PostgreSQL address/],
  ['nobody listening', ['up'], 'postgres://u:secret@127.0.0.1:9/d', 1, /^No PostgreSQL answers at 127\.0\.0\.1:9\./],
  ['a command that is not there', ['sideways'], undefined, 2, /^There is no command "sideways"\.\nUsage: /],
  ['a flag that is not there', ['up', '--force'], undefined, 2, /^"--force" is not understood\.\nUsage: /],
  ['--all where it means nothing', ['up', '--all'], undefined, 2, /^"--all" is not understood\.\nUsage: /],
]

test.each(mistakes)('%s is answered in words', async (_what, args, url, code, words) => {
  const answer = await migrate(args, url)

  expect(answer).toMatchObject({ code, out: '', errors: expect.stringMatching(words) })
  expect(answer.errors).not.toContain('secret')
  expect(answer.errors).not.toMatch(/^ +at /m)
})

test('a wrong password and a missing database name what is wrong', async () => {
  const { url } = await cloneDatabase()
  const elsewhere = new URL(url)
  elsewhere.pathname = '/nowhere'
  const stranger = new URL(url)
  stranger.password = 'wrong'

  const missing = await migrate(['up'], elsewhere.href)
  const refused = await migrate(['up'], stranger.href)

  expect(missing.errors).toBe('The database "nowhere" does not exist. Create it first: createdb nowhere\n')
  expect(refused.errors).toBe(`PostgreSQL refused the password of "${stranger.username}". Check DATABASE_URL.\n`)
})

test('a failing step says that nothing of it was kept', () => {
  expect(failureInWords(new Error('relation "x" already exists'), 'postgres://u:p@h/d')).toBe(
    'The migration failed: relation "x" already exists. Its transaction was rolled back; the migrations before it stay.',
  )
})

function migrate(args: string[], url: string | undefined) {
  const { DATABASE_URL: _ours, ...rest } = process.env
  const env = url === undefined ? rest : { ...rest, DATABASE_URL: url }
  return new Promise<{ code: number; out: string; errors: string }>((resolve) => {
    execFile(process.execPath, ['cmd/migrate/main.ts', ...args], { env }, (error, out, errors) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, errors }),
    )
  })
}
