import { spawn } from 'node:child_process'
import { pino } from 'pino'
import { expect, onTestFinished, test, vi } from 'vitest'
import { fingerprintOf } from '../api/domain/fingerprint.ts'
import { registerNotifier, stopNotifier } from '../api/storage/notifiers.ts'
import { cloneDatabase } from '../test/database.ts'
import { checkSettings } from './check-settings.ts'
import { status } from './tidings/commands/status.ts'

const settings = {
  secretKey: 'a secret of at least thirty-two characters',
  publicUrl: 'https://tidings.example.org',
  from: { address: 'hello@example.org' },
  account: 'log',
}
const own = fingerprintOf(settings)

/** A live notifier "old" with other settings, beside one like us. */
async function place(changes: Partial<typeof settings>) {
  const { db } = await cloneDatabase()
  const who = { pid: 7, version: '1', provider: 'log', providerAccount: 'log' }
  const me = await registerNotifier(db, { ...who, host: 'me', fingerprint: own })
  const old = await registerNotifier(db, {
    ...{ ...who, host: 'old' },
    fingerprint: fingerprintOf({ ...settings, ...changes }),
  })
  const said: { msg: string; differing: unknown }[] = []
  const log = pino({ base: null }, { write: (line: string) => void said.push(JSON.parse(line)) })
  return { db, me, old, said, check: () => checkSettings(db, log, own, me.id) }
}

test('a process that starts beside a notifier with another secret and address says which variables to mend, in one line', async () => {
  const { said, check } = await place({
    secretKey: 'another secret of thirty-two characters',
    publicUrl: 'https://x.org',
  })

  await check()

  expect(said).toHaveLength(1)
  expect(said[0]!.msg).toMatch(/give all the same: SECRET_KEY, PUBLIC_URL$/)
  expect(said[0]!.differing).toEqual([{ host: 'old', pid: 7, settings: ['secret', 'publicUrl'] }])
  expect(JSON.stringify(said)).not.toMatch(/another secret|x\.org/)
})

test('a notifier enters what it has: also where its mails bounce to, and what SES and an event API need', async () => {
  const { db, url } = await cloneDatabase()
  const env = {
    ...{
      PATH: process.env.PATH,
      DATABASE_URL: url,
      SECRET_KEY: settings.secretKey,
      SECRET_KEY_PREVIOUS: 'x'.repeat(32),
    },
    ...{ PUBLIC_URL: settings.publicUrl, EMAIL_FROM: settings.from.address, NOTIFIER_ON_AMBIGUOUS: 'hold' },
    ...{ SMTP_URL: 'smtp://127.0.0.1:9', SMTP_BOUNCE_ADDRESS: 'bounces@mail.example.org' },
    ...{ MAILGUN_API_KEY: 'key', MAILGUN_DOMAIN: 'mg.example.org', MAILGUN_BASE_URL: 'http://127.0.0.1:9' },
  }
  const child = spawn(process.execPath, ['cmd/notifier/main.ts'], { env, stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))

  const rows = () => db.selectFrom('notifiers').select('fingerprint').execute()
  await vi.waitFor(async () => expect(await rows()).toHaveLength(1), { timeout: 20_000, interval: 100 })

  const [{ fingerprint }] = (await rows()) as [{ fingerprint: unknown }]
  expect(fingerprint).toEqual(
    fingerprintOf({
      ...{ ...settings, secretKeyPrevious: 'x'.repeat(32), account: 'smtp:127.0.0.1:9', onAmbiguous: 'hold' },
      ...{ bounceAddress: 'bounces@mail.example.org', eventAccount: 'mailgun:mg.example.org' },
    }),
  )
})

test('equal settings are worth no word, nor are those of a notifier that has ended', async () => {
  const alike = await place({})
  await alike.check()
  const ended = await place({ publicUrl: 'https://x.org' })
  await stopNotifier(ended.db, ended.old.id)
  await ended.check()

  expect([...alike.said, ...ended.said]).toEqual([])
})

test('the operator sees in `tidings status` that live notifiers differ', async () => {
  const { db } = await place({ from: { address: 'other@example.org' } })

  const nothing = {
    progress: () => {},
    sleep: async () => {},
    env: {},
    now: new Date(),
    input: async () => Buffer.alloc(0),
  }
  const answer = await status.run({ ...nothing, db, words: [], options: {}, by: 'root@box', dryRun: false })

  const line = expect.stringContaining('differ between live notifiers: EMAIL_FROM')
  expect(answer).toMatchObject({ kind: 'done', data: { differingSettings: ['sender'] } })
  expect(answer).toHaveProperty('lines', expect.arrayContaining([line]))
})
