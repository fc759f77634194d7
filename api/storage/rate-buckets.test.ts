import { beforeEach, expect, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import { blockAccount, readAccount } from './account-blocks.ts'
import { drawForReplay, mayAskQuota, setRate, slowDown } from './rate-buckets.ts'

const key = { account: 'resend:abc', provider: 'resend' }
/** So slow that what flows in while a test asks is nothing, however busy the machine. Its bucket holds what that of two a second does. */
const oneInFiftySeconds = 0.02

let db: TestDatabase['db']

beforeEach(async () => {
  db = (await cloneDatabase({ connectionsMax: 20 })).db
})

const bucket = () => db.selectFrom('rateBuckets').selectAll().executeTakeFirstOrThrow()
const draw = (priority = 2) => drawForReplay(db, key.account, priority)
/** Moves the bucket's past, so that no test waits. */
const passed = (seconds: number) =>
  db
    .updateTable('rateBuckets')
    .set((row) => ({
      updatedAt: row.fn<Date>('to_timestamp', [row.val(Date.now() / 1000 - seconds)]),
      rateAt: row.fn<Date>('to_timestamp', [row.val(Date.now() / 1000 - seconds)]),
    }))
    .execute()

test('an account without a limit has none, and is not entered', async () => {
  expect((await readAccount(db, key.account)).limited).toBe(false)
  await setRate(db, key, null)
  expect((await readAccount(db, key.account)).limited).toBe(false)
})

test('a rate is that of all together, however many ask, and whoever is too early is told how long to wait', async () => {
  await setRate(db, key, oneInFiftySeconds)

  const first = await draw()
  const waits = await Promise.all([1, 2, 3, 4, 5].map(() => draw()))
  await passed(50)
  const later = await Promise.all([1, 2, 3].map(() => draw()))

  expect(first).toBe(0)
  expect(Math.min(...waits)).toBeGreaterThan(10_000)
  expect(Math.max(...waits)).toBeLessThanOrEqual(50_000)
  expect(later.filter((wait) => wait === 0)).toHaveLength(1)
})

test('the last fifth of the bucket is for what guests and hosts wait for', async () => {
  await setRate(db, key, oneInFiftySeconds)
  await draw()
  await passed(40)

  const broadcast = await draw()
  const confirmation = await draw(0)

  expect(broadcast).toBeGreaterThan(0)
  expect(confirmation).toBe(0)
})

test('a long rest fills the bucket and no more', async () => {
  await setRate(db, key, 40)
  await draw()
  await passed(3600)

  const waits = await Promise.all(Array.from({ length: 40 }, () => draw()))

  // A quarter of a second's worth, and what flows in while the test asks.
  expect(waits.filter((wait) => wait === 0).length).toBeGreaterThanOrEqual(10)
  expect((await bucket()).burst).toBeCloseTo(12.5)
})

test('a replica that starts brings no tokens along', async () => {
  await setRate(db, key, oneInFiftySeconds)
  await draw()
  const { tokens } = await bucket()

  await setRate(db, key, oneInFiftySeconds)

  expect((await bucket()).tokens).toBe(tokens)
  expect(await draw()).toBeGreaterThan(0)
})

test('refused for its pace, an account is slowed by half, once for all lines, and regains its speed in ten seconds', async () => {
  await setRate(db, key, 10)

  await Promise.all([1, 2, 3, 4].map(() => slowDown(db, key, 10)))
  const slow = await bucket()
  await passed(5)
  await slowDown(db, key, 10)
  const slower = await bucket()

  expect(slow).toMatchObject({ rate: 5, ceiling: 10, adaptive: false })
  // Half of the 7.5 that it had regained.
  expect(slower.rate).toBeCloseTo(3.75, 0)
  expect((await readAccount(db, key.account)).limited).toBe(true)
})

test('an account without a limit is limited after it was told to slow down, until it has its speed again', async () => {
  await slowDown(db, { account: 'smtp:relay', provider: 'smtp' }, 80)
  const slowed = await readAccount(db, 'smtp:relay')
  await passed(11)
  const recovered = await readAccount(db, 'smtp:relay')
  await slowDown(db, { account: 'smtp:relay', provider: 'smtp' }, 60)

  expect(slowed.limited).toBe(true)
  expect(recovered.limited).toBe(false)
  expect(await bucket()).toMatchObject({ ceiling: 60, rate: 30, adaptive: true })
})

test('nothing leaves while the account is blocked, and the wait says until when', async () => {
  await setRate(db, key, 100)
  await blockAccount(db, key, { kind: 'throttled', reason: 'Slower.', forMs: 30_000, failed: false })

  const wait = await draw()

  expect(wait).toBeGreaterThan(28_000)
  expect(wait).toBeLessThanOrEqual(30_000)
})

test('a quota is asked for once a minute, by one replica', async () => {
  const asked = await Promise.all([1, 2, 3].map(() => mayAskQuota(db, key)))

  expect(asked.filter(Boolean)).toHaveLength(1)
})
