import { expect, onTestFinished, test } from 'vitest'
import { cloneDatabase } from '../database.ts'
import { startResendPeer } from '../peers/resend-server.ts'
import { startSmtpPeer } from '../peers/smtp-server.ts'
import { report } from './report.ts'
import { scaled, throwDice } from './scale.ts'
import { dueBroadcasts, killStorm, type Aftermath } from './storm.ts'

const kills = scaled(8, 32)
const replicas = scaled(3, 4)
const messages = 3
const guestsEach = scaled(600, 2400)
const mails = messages * guestsEach
const connections = 5

/** Far enough away that a kill finds mails on every connection. */
const latencyMs = 40

/** DESIGN: after a crash of any process, sending resumes within thirty seconds. */
const resumesWithinS = 30

function note(name: string, seed: number, after: Aftermath) {
  const { lapses, lost, doubled, unknown, resumedWithinS, seconds } = after
  const figures = { kills, mails, lost: lost.length, doubled, unknown, lapses }
  report('Storms of kills', { storm: name, seed, ...figures, 'resumed within s': resumedWithinS, seconds })
}

/** What one process has on the wire when it dies: a mail per connection, and the next one that was marked meanwhile. */
const inDoubt = ({ lapses }: Aftermath) => 2 * connections * (kills + lapses)

/** A provider that doesn't recognise repeats, under one of the two policies. */
async function smtpStorm(policy: 'resend' | 'hold') {
  const database = await cloneDatabase({ connectionsMax: 5 })
  const witness = await startSmtpPeer({ latencyMs, keep: false })
  onTestFinished(() => witness.close())
  await dueBroadcasts(database.db, messages, guestsEach)
  const dice = throwDice()
  const smtp = { SMTP_URL: witness.url, SMTP_MAX_CONNECTIONS: String(connections), NOTIFIER_ON_AMBIGUOUS: policy }
  const storm = { database, witness, replicas, kills, dice, env: smtp, momentMs: 2 * latencyMs }
  const after = await killStorm(storm, mails)
  note(`SMTP, ${policy}`, dice.seed, after)
  return after
}

test('killed again and again, replicas under policy resend reach everybody, and double no more than was on the wire', async () => {
  const after = await smtpStorm('resend')

  expect(after.lost).toEqual([])
  expect(after.accepted + after.unknown).toBe(mails)
  expect(after.unknown).toBeLessThanOrEqual(kills)
  expect(after.doubled).toBeLessThanOrEqual(inDoubt(after))
  expect(after.resumedWithinS).toBeLessThanOrEqual(resumesWithinS)
})

test('killed again and again, replicas under policy hold double nothing, and hold no more than was on the wire', async () => {
  const after = await smtpStorm('hold')

  expect(after.lost).toEqual([])
  expect(after.doubled).toBe(0)
  expect(after.accepted + after.unknown).toBe(mails)
  expect(after.unknown).toBeLessThanOrEqual(inDoubt(after))
  expect(after.resumedWithinS).toBeLessThanOrEqual(resumesWithinS)
})

test('killed again and again, replicas with a provider that recognises repeats reach everybody once', async () => {
  const database = await cloneDatabase({ connectionsMax: 5 })
  const witness = await startResendPeer({ latencyMs: 100, keep: false })
  onTestFinished(() => witness.close())
  await dueBroadcasts(database.db, messages, guestsEach)
  const dice = throwDice()
  const env = { RESEND_API_KEY: witness.apiKey, RESEND_BASE_URL: witness.url, NOTIFIER_UNIT_SIZE: '25' }

  const after = await killStorm({ database, witness, replicas, kills, dice, env, momentMs: 200 }, mails)
  note('Resend', dice.seed, after)

  expect(after.lost).toEqual([])
  expect(after.doubled).toBe(0)
  expect(after.accepted).toBe(mails)
  expect(after.resumedWithinS).toBeLessThanOrEqual(resumesWithinS)
})
