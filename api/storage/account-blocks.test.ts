import { beforeEach, describe, expect, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { finishedMessage } from '../../test/outcomes.ts'
import { sendingMessage } from '../../test/sending.ts'
import { blockAccount, closedAccounts, lookAgain, mayProbe, openAccount, readAccount } from './account-blocks.ts'
import { pauseForAccount, resumeForAccount } from './misconfigured.ts'
import { registerNotifier } from './notifiers.ts'
import { retryFailed } from './second-tries.ts'

const key = { account: 'smtp:tidings@relay:587', provider: 'smtp' }
const refused = { kind: 'misconfigured', reason: 'Wrong password.', reply: '535 5.7.8 No', failed: true } as const

let database: TestDatabase
let db: TestDatabase['db']

beforeEach(async () => {
  database = await cloneDatabase()
  db = database.db
})

const endBlock = () =>
  db
    .updateTable('rateBuckets')
    .set({ blockedUntil: new Date(Date.now() - 1) })
    .execute()
const notifierOf = (providerAccount: string) =>
  registerNotifier(db, { host: 'here', pid: 1, version: '0', provider: 'smtp', providerAccount })

describe('a block', () => {
  test('is seen by every replica, with its reason and its end', async () => {
    expect(await readAccount(db, key.account)).toMatchObject({ blockedForMs: 0, failures: 0, limited: false })

    await blockAccount(db, key, { ...refused, forMs: 30_000 })
    const state = await readAccount(db, key.account)

    expect(state).toMatchObject({ kind: 'misconfigured', reason: 'Wrong password.', failures: 1 })
    expect(state.blockedForMs).toBeGreaterThan(28_000)
    expect(state.blockedForMs).toBeLessThanOrEqual(30_000)
  })

  test('counts once for all who are refused during it, is never shortened by them, and grows with the next', async () => {
    await Promise.all([1, 2, 3].map(() => blockAccount(db, key, { ...refused, forMs: 30_000 })))
    await blockAccount(db, key, { kind: 'away', reason: 'No connection.', forMs: 5_000, failed: true })
    const during = await readAccount(db, key.account)
    await endBlock()
    await blockAccount(db, key, { ...refused, forMs: 60_000 })

    expect(during).toMatchObject({ kind: 'misconfigured', failures: 1 })
    expect((await readAccount(db, key.account)).failures).toBe(2)
  })

  test('that has ended lets one replica make the first call, and a mail that is taken ends the matter', async () => {
    await blockAccount(db, key, { ...refused, forMs: 30_000 })
    expect(await mayProbe(db, key.account, 60_000)).toBe(false)
    await endBlock()

    const probes = await Promise.all([1, 2, 3].map(() => mayProbe(db, key.account, 60_000)))
    await openAccount(db, key.account)

    expect(probes.filter(Boolean)).toHaveLength(1)
    expect(await readAccount(db, key.account)).toMatchObject({ blockedForMs: 0, failures: 0, kind: null })
  })

  test('is told only of accounts that a live notifier sends through', async () => {
    await blockAccount(db, key, { ...refused, forMs: 30_000 })
    expect(await closedAccounts(db)).toEqual([])

    await notifierOf(key.account)

    expect(await closedAccounts(db)).toMatchObject([
      { ...key, kind: 'misconfigured', reason: 'Wrong password.', reply: '535 5.7.8 No', until: expect.any(Date) },
    ])
  })

  test('ends at once when somebody says that it is mended, but a used-up quota does not', async () => {
    await blockAccount(db, key, { ...refused, forMs: 30_000 })
    await lookAgain(db, 'smtp')
    expect((await readAccount(db, key.account)).blockedForMs).toBe(0)

    await blockAccount(db, key, { kind: 'overQuota', reason: 'Used up.', forMs: 30_000, failed: true })
    await lookAgain(db, 'smtp')
    expect((await readAccount(db, key.account)).blockedForMs).toBeGreaterThan(0)
  })
})

describe('messages of a refused account', () => {
  const paused = () =>
    db
      .selectFrom('scheduledMessages')
      .select(['id', 'pauseReason', 'pauseReply'])
      .where('pausedAt', 'is not', null)
      .execute()

  async function messageThrough(provider: string) {
    const event = await given.event(db)
    const { message } = await sendingMessage(db, event.id, 2)
    await db.updateTable('scheduledMessages').set({ provider }).where('id', '=', message.id).execute()
    return message.id
  }

  test('are paused with the raw reply, and go on by themselves; those that a host stopped stay stopped', async () => {
    const [ours, stopped, other] = [
      await messageThrough('smtp'),
      await messageThrough('smtp'),
      await messageThrough('ses'),
    ]
    const byHost = { pausedAt: new Date(), pauseReason: 'Stopped by a host.' }
    await db.updateTable('scheduledMessages').set(byHost).where('id', '=', stopped).execute()

    const paused1 = await pauseForAccount(db, key, '535 5.7.8 No')
    const rows = await paused()
    const resumed = await resumeForAccount(db, key)

    expect(paused1).toEqual([ours])
    expect(rows).toHaveLength(2)
    expect(rows).toContainEqual({ id: ours, pauseReason: 'misconfigured', pauseReply: '535 5.7.8 No' })
    expect(rows.map(({ id }) => id)).not.toContain(other)
    expect(resumed).toEqual([ours])
    expect(await paused()).toEqual([{ id: stopped, pauseReason: 'Stopped by a host.', pauseReply: null }])
  })

  test('are paused and go on, too, when they are over and only go on for those whom a host tries again', async () => {
    const { message } = await finishedMessage(db, ['accepted', 'failed'])
    await retryFailed(db, { message, guests: 'all', expiresAt: new Date('2099-06-01') })

    expect(await pauseForAccount(db, key, '535 5.7.8 No')).toEqual([message.id])
    expect(await paused()).toMatchObject([{ id: message.id, pauseReason: 'misconfigured' }])
    expect(await resumeForAccount(db, key)).toEqual([message.id])
  })

  test('are not paused while a live replica sends through another account of that provider', async () => {
    await messageThrough('smtp')
    await notifierOf(key.account)
    const { id } = await notifierOf('smtp:good@relay:587')

    expect(await pauseForAccount(db, key, null)).toEqual([])

    await db.updateTable('notifiers').set({ stoppedAt: new Date() }).where('id', '=', id).execute()
    expect(await pauseForAccount(db, key, null)).toHaveLength(1)
  })
})
