import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { eventually, finished } from '../../test/notifiers.ts'
import { startResendPeer } from '../../test/peers/resend-server.ts'
import { startSesPeer } from '../../test/peers/ses-server.ts'
import { startSmtpPeer } from '../../test/peers/smtp-server.ts'

type Line = { ready?: boolean; address?: string; provider?: string; msg?: string }

/** A real process of ours; answers its JSON lines as they come. */
function start(script: string, env: Record<string, string>) {
  const child = fork(script, { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  onTestFinished(async () => {
    if (child.exitCode === null) child.kill('SIGTERM')
    await once(child, 'exit').catch(() => {})
  })
  const lines: Line[] = []
  createInterface(child.stdout!).on('line', (line) => lines.push(JSON.parse(line)))
  return { lines, ready: eventually(async () => lines.find((line) => line.ready), 30_000) }
}

async function place() {
  const database = await cloneDatabase()
  const event = await given.event(database.db)
  await given.manyGuests(database.db, event.id, 3)
  const shared = {
    DATABASE_URL: database.url,
    SECRET_KEY: 'a secret key for tests, long enough',
    PUBLIC_URL: 'http://localhost:3000',
    PORT: '0',
    NODE_ENV: 'production',
    NOTIFIER_POLL_INTERVAL_MS: '300',
  }
  return { database, event, shared }
}

test('with all three providers configured, API and notifier pick Resend, and only Resend is called', async () => {
  const { database, event, shared } = await place()
  const [resend, smtp, ses] = await Promise.all([startResendPeer(), startSmtpPeer(), startSesPeer()])
  onTestFinished(async () => void (await Promise.all([resend.close(), smtp.close(), ses.close()])))
  const env = {
    ...shared,
    ...{ RESEND_API_KEY: 're_test', RESEND_BASE_URL: resend.url, SMTP_URL: smtp.url },
    ...{ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', SES_ENDPOINT: ses.url },
    EMAIL_FROM: 'Tidings <hello@tidings.test>',
  }

  const api = await start('cmd/api/main.ts', env).ready
  const notifier = await start('cmd/notifier/main.ts', env).ready
  const { id } = await given.dueMessage(database.db, event.id)
  await finished(database, id, 30_000)
  const health = (await (await fetch(`${api.address}/readyz`)).json()) as { provider: { key: string } }

  expect([api.provider, notifier.provider, health.provider.key]).toEqual(['resend', 'resend', 'resend'])
  expect([resend.count, smtp.count, ses.count]).toEqual([3, 0, 0])
})

test('with none configured, mails are written to the log, and both processes say so', async () => {
  const { database, event, shared } = await place()

  const api = await start('cmd/api/main.ts', shared).ready
  const notifier = start('cmd/notifier/main.ts', shared)
  const { id } = await given.dueMessage(database.db, event.id)
  const message = await finished(database, id, 30_000)
  const health = (await (await fetch(`${api.address}/readyz`)).json()) as { provider: { key: string } }

  expect([api.provider, (await notifier.ready).provider, health.provider.key]).toEqual(['log', 'log', 'log'])
  expect([message.status, message.provider]).toEqual(['sent', 'log'])
  const rows = await database.db.selectFrom('messageDeliveries').select('providerMessageId').execute()
  expect(rows.every((row) => row.providerMessageId?.startsWith('log-'))).toBe(true)
})

test('a notifier that only logs takes nothing while one with a real provider lives', async () => {
  const { database, event, shared } = await place()
  const smtp = await startSmtpPeer()
  onTestFinished(() => smtp.close())
  const withSmtp = { ...shared, SMTP_URL: smtp.url, EMAIL_FROM: 'hello@tidings.test' }

  await start('cmd/notifier/main.ts', withSmtp).ready
  await start('cmd/notifier/main.ts', shared).ready
  const messages = await Promise.all([1, 2, 3].map(() => given.dueMessage(database.db, event.id)))
  const ended = await Promise.all(messages.map(({ id }) => finished(database, id, 40_000)))

  expect(ended.map((message) => message.provider)).toEqual(['smtp', 'smtp', 'smtp'])
  expect(smtp.count).toBe(9)
})
