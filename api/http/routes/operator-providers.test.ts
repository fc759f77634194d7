import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, type Somebody, type TestApp } from '../../../test/app.ts'
import * as given from '../../../test/given.ts'
import { blockAccount, openAccount } from '../../storage/account-blocks.ts'
import { pauseForAccount } from '../../storage/misconfigured.ts'
import { registerNotifier } from '../../storage/notifiers.ts'
import { setRate } from '../../storage/rate-buckets.ts'

const key = { account: 'resend:abc', provider: 'resend' }

let at: TestApp
let maren: Somebody
let operator: Somebody

beforeAll(async () => {
  at = await createTestApp()
  maren = await at.signUp('maren@example.com')
  operator = await at.signUp('operator@example.com')
  const identity = { host: 'here', pid: 1, version: '0', provider: 'resend', providerAccount: key.account }
  await registerNotifier(at.db, identity)
  await setRate(at.db, key, 2)
})

afterAll(() => at.close())

/** A message of Maren's that is being sent through Resend. */
async function messageOnItsWay() {
  const { body: event } = await maren.post('/events', {
    ...{ name: 'Supper', localStart: '2099-06-01T18:00', timezone: 'Europe/Berlin' },
  })
  const { id } = await given.dueMessage(at.db, event.id)
  const sending = { status: 'sending', provider: 'resend', firedAt: new Date(), content: '{}' } as const
  await at.db.updateTable('scheduledMessages').set(sending).where('id', '=', id).execute()
  return `/events/${event.id}/messages/${id}`
}

test('a used-up quota is told to the host with the time, to the operator with the words, and to nobody else', async () => {
  const path = await messageOnItsWay()
  const before = await maren.get(path)
  const reply = '429 daily_quota_exceeded'
  await blockAccount(at.db, key, { kind: 'overQuota', reason: 'Used up.', reply, forMs: 3_600_000, failed: true })

  const [message, accounts] = [await maren.get(path), await operator.get('/operator/providers')]
  const ready = await at.app.inject({ url: '/readyz' })
  await openAccount(at.db, key.account)

  expect(before.body.waitsFor).toBeNull()
  const until = expect.stringMatching(/^20\d\d-.*Z$/)
  expect(message.body).toMatchObject({
    pausedAt: null,
    waitsFor: { reason: "The mail provider's quota is used up.", until },
  })
  expect(accounts.body.items).toEqual([
    {
      ...{ ...key, callsPerSecond: 2, callsPerSecondMax: 2, mailsLeft: null },
      closed: { reason: "The mail provider's quota is used up.", detail: 'Used up.', reply, until },
    },
  ])
  expect(ready.json().closedProviders).toEqual([
    { provider: 'resend', reason: "The mail provider's quota is used up.", until },
  ])
  expect(ready.payload).not.toContain('abc')
  expect((await maren.get('/operator/providers')).status).toBe(404)
})

test('a message that is paused for a refused account says so in plain words, with the provider’s own; going on is tried at once', async () => {
  const path = await messageOnItsWay()
  const reply = '403 The example.com domain is not verified.'
  const block = { kind: 'misconfigured', reason: 'Refused.', reply, failed: true } as const
  await blockAccount(at.db, key, { ...block, forMs: 300_000 })
  await pauseForAccount(at.db, key, reply)

  const paused = await maren.get(path)
  const resumed = await maren.post(`${path}/resume`)
  const { blockedUntil } = await at.db.selectFrom('rateBuckets').select('blockedUntil').executeTakeFirstOrThrow()

  expect(paused.body).toMatchObject({ pauseReason: expect.stringMatching(/goes on by itself/), pauseReply: reply })
  expect(paused.body.waitsFor).toBeNull()
  expect(resumed.body).toMatchObject({ pausedAt: null, pauseReason: null, pauseReply: null })
  expect(blockedUntil!.getTime()).toBeLessThanOrEqual(Date.now())
})
