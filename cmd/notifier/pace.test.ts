import { beforeEach, describe, expect, test } from 'vitest'
import { pino } from 'pino'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import type { SendResult } from '../../api/domain/send-result.ts'
import { lookAgain } from '../../api/storage/account-blocks.ts'
import { setRate } from '../../api/storage/rate-buckets.ts'
import { createAccount, type Account } from './account.ts'
import type { Clock } from './clock.ts'
import type { Notifier } from './notifier.ts'
import { createPace } from './pace.ts'

const away = { kind: 'tryLater', reason: 'No connection.', afterMs: 5_000 } as const
const accepted = { kind: 'accepted', providerMessageId: 'a' } as const
const slower = { kind: 'throttled', reason: 'Slower.', afterMs: 60_000, reply: '421 4.7.0 Slow down' } as const
const refused = { kind: 'misconfigured', reason: 'Wrong password.', reply: '535 5.7.8 No' } as const

let database: TestDatabase
let db: TestDatabase['db']

beforeEach(async () => {
  database = await cloneDatabase()
  db = database.db
})

/** The pace of a process of its own, whose clock stands where `at` puts it; `told` are the waits that its log spoke of. */
function givenPace({ shedsLines }: { shedsLines?: true } = { shedsLines: true }) {
  const told: number[] = []
  let now = 1
  const log = pino({ level: 'silent' })
  log.warn = ((entry: { waitMs?: number }) => void (entry.waitMs && told.push(entry.waitMs))) as typeof log.warn
  const clock: Clock = { now: () => now, sleep: async () => {}, nextRound: async () => {}, every: () => () => {} }
  const transport = { provider: 'smtp', account: 'smtp:relay', shedsLines } as Notifier['transport']
  const notifier = { db, transport, log, clock, random: () => 1 } as unknown as Notifier
  const account = createAccount(notifier)
  const pace = createPace(notifier, account)
  return { pace, account, told, at: (ms: number) => void (now = ms) }
}

const never = () => false
const fail = async ({ pace }: { pace: ReturnType<typeof createPace> }, times: number, how: SendResult = away) => {
  for (let time = 0; time < times; time++) pace.notice([how])
}
/** As when the block's time has passed in the database, too. */
const timePasses = async (account: Account) => {
  await account.refresh()
  await lookAgain(db, 'smtp')
  await account.refresh()
}

describe('a provider that cannot be reached', () => {
  test('once or twice is a lost line; three times in a row, and nobody tries any more', async () => {
    const given = givenPace()

    await fail(given, 2)
    expect(given.account.isClosed()).toBe(false)
    await fail(given, 1)

    expect(given.account.isClosed()).toBe(true)
    expect(given.told).toEqual([5_000])
  })

  test('is not so while other lines deliver: one bad line in ten holds nobody', async () => {
    const given = givenPace()

    for (let round = 0; round < 20; round++) {
      given.pace.notice([accepted])
      given.pace.notice([slower])
      given.pace.notice([accepted])
      await fail(given, 2)
    }

    expect(given.account.isClosed()).toBe(false)
  })

  test('refuses ten lines at the same moment, which is one refusal', async () => {
    const given = givenPace()

    await Promise.all(Array.from({ length: 10 }, () => given.pace.pause(away, () => true)))

    expect(given.told).toEqual([5_000])
  })

  test('refuses the last of ten lines a second later, which is still the same refusal', async () => {
    const given = givenPace()

    given.pace.notice([refused])
    given.at(1_000)
    given.pace.notice([refused])
    given.pace.notice([{ kind: 'overQuota', reason: 'Used up.', afterMs: 3_600_000 }])

    expect(given.told).toEqual([30_000, 3_600_000])
  })

  test('is left alone for twice as long when the first call finds it away again, and is open with the first mail', async () => {
    const given = givenPace()
    await fail(given, 3)
    await timePasses(given.account)

    expect(await given.pace.ready(never)).toBe(true)
    await fail(given, 1)
    await timePasses(given.account)
    await given.pace.ready(never)
    given.pace.notice([accepted])
    await given.account.refresh()

    expect(given.told).toEqual([5_000, 10_000])
    expect(given.account.isOpen()).toBe(true)
  })

  test('lets one call of all replicas go first', async () => {
    const [one, other] = [givenPace(), givenPace()]
    await fail(one, 3)
    await timePasses(one.account)
    await Promise.all([one, other].map(({ account }) => account.refresh()))

    const admitted = [await one.account.admits(), await other.account.admits(), await one.account.admits()]

    expect(admitted).toEqual([true, false, false])
    one.pace.notice([accepted])
    await one.account.refresh()
    await other.account.refresh()
    expect(await other.account.admits()).toBe(true)
  })

  test('is known to the other replicas as well', async () => {
    const [one, other] = [givenPace(), givenPace()]
    let givenBack = 0
    other.account.onClose(() => givenBack++)

    await fail(one, 3)
    await one.account.refresh()
    await other.account.refresh()

    expect(other.account.isClosed()).toBe(true)
    expect(givenBack).toBe(1)
  })
})

describe('an answer', () => {
  test('that refuses the account closes it at once; one that was given when the guest was named only if others get it too', async () => {
    const [one, other] = [givenPace(), givenPace()]
    const doubtful = { ...refused, doubtful: true }

    one.pace.notice([refused])
    const results = [doubtful, doubtful, accepted, doubtful].flatMap((result) => other.pace.notice([result]))

    expect(one.account.known().kind).toBe('misconfigured')
    expect(other.account.isClosed()).toBe(false)
    expect(results.map(({ kind }) => kind)).toEqual(['tryLater', 'tryLater', 'accepted', 'tryLater'])
    other.pace.notice([doubtful])
    expect(other.pace.notice([doubtful])).toEqual([doubtful])
    expect(other.account.isClosed()).toBe(true)
  })

  test('that the quota is used up closes the account for as long as it says', async () => {
    const given = givenPace()

    given.pace.notice([{ kind: 'overQuota', reason: 'Used up.', afterMs: 3_600_000 }])

    expect(given.account.known().kind).toBe('overQuota')
    expect(given.account.opensInMs()).toBe(3_600_000)
  })

  test('that asks an account without a limit to slow down three times gives it one', async () => {
    const given = givenPace()

    for (let time = 0; time < 3; time++) given.pace.notice([slower, accepted])
    await expect.poll(async () => (await db.selectFrom('rateBuckets').selectAll().execute()).length).toBe(1)
    await given.account.refresh()

    expect(given.account.known().limited).toBe(true)
    expect(given.account.isClosed()).toBe(false)
  })
})

describe('a server that sheds lines', () => {
  const limited = async (given: ReturnType<typeof givenPace>) => {
    await setRate(db, given.account.key, 4)
    await given.account.refresh()
  }

  test('and takes every other mail is never left alone, limit or not', async () => {
    const given = givenPace()
    await limited(given)

    for (let round = 0; round < 30; round++) given.pace.notice([slower, accepted])

    expect(given.account.isOpen()).toBe(true)
    expect(given.told).toEqual([])
  })

  test('and takes nothing is left alone a moment, and twice as long when the first call finds it so again', async () => {
    const given = givenPace()

    await fail(given, 19, slower)
    expect(given.account.isClosed()).toBe(false)
    await fail(given, 1, slower)
    await given.account.refresh()
    await db
      .updateTable('rateBuckets')
      .set({ blockedUntil: new Date(0) })
      .execute()
    await given.account.refresh()
    await given.pace.ready(never)
    await fail(given, 1, slower)

    expect(given.told).toEqual([5_000, 10_000])
  })

  test('is not a provider that counts our calls, which is left alone for as long as it says', async () => {
    const given = givenPace({})
    await limited(given)

    given.pace.notice([slower])

    expect(given.told).toEqual([60_000])
  })
})

test('a process asks for tokens no faster than they come', async () => {
  const given = givenPace()
  await setRate(db, given.account.key, 4)
  await given.account.refresh()

  given.at(10_000)
  const turns = [given.pace.takesTurn(), given.pace.takesTurn(), given.pace.takesTurn()]

  // A quarter of a second may be made up for.
  expect(turns).toEqual([true, true, false])
  expect(given.pace.isPaused()).toBe(true)
  given.at(10_251)
  expect(given.pace.takesTurn()).toBe(true)
})
