import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { sendingMessage } from '../../test/sending.ts'
import { mayAskQuota, setMailsLeft, setRate } from './rate-buckets.ts'
import { markWired, type BatchedRow } from './wire.ts'

const key = { account: 'resend:abc', provider: 'resend' }
/** So slow that what flows in while a test asks is nothing, however busy the machine. Its bucket holds what that of two a second does. */
const oneInFiftySeconds = 0.02
const epoch = 1

let db: TestDatabase['db']

beforeEach(async () => {
  db = (await cloneDatabase()).db
  await setRate(db, key, oneInFiftySeconds)
})

/** A message on its way whose unit is held by us. */
async function held(count: number, priority = 2) {
  const event = await given.event(db)
  const { message, guests } = await sendingMessage(db, event.id, count)
  const turn = { priority, hostId: event.hostId, turn: 0 }
  await db
    .insertInto('sendTurns')
    .values(turn)
    .onConflict((same) => same.doNothing())
    .execute()
  const claim = { epoch, priority, leaseUntil: new Date(Date.now() + 60_000) }
  await db.updateTable('sendUnits').set(claim).where('messageId', '=', message.id).execute()
  const rows = guests.map((_, at) => ({ messageId: message.id, seq: at + 1, unitId: 2, epoch }))
  return { message, guests, rows }
}

const inOneCall = (rows: BatchedRow[]) =>
  rows.map((row) => ({ ...row, batch: { lo: rows[0]!.seq, generation: 1, digest: Buffer.from('mail') } }))
const mark = (rows: BatchedRow[]) => markWired(db, { rows, provider: 'resend', shard: 1, account: key.account })
/** Tokens come with time, and how fast this machine is must not count. */
const aSecondPasses = () => sql`update rate_buckets set updated_at = updated_at - interval '1 s'`.execute(db)
const states = async (messageId: string) =>
  (
    await db.selectFrom('messageDeliveries').select('state').where('messageId', '=', messageId).orderBy('seq').execute()
  ).map(({ state }) => state)

test('a call without a token stays queued as a whole, is told how long to wait, and leaves no open batch', async () => {
  const { message, rows } = await held(5)

  const marks = await mark([...inOneCall(rows.slice(0, 3)), ...inOneCall(rows.slice(3))])

  expect(await states(message.id)).toEqual(['wired', 'wired', 'wired', 'queued', 'queued'])
  const waiting = marks.filter(({ verdict }) => verdict === 'wait')
  expect(waiting.map(({ seq }) => seq).sort()).toEqual([4, 5])
  for (const { waitMs } of waiting) expect(waitMs).toBeGreaterThan(10_000)
  for (const { waitMs } of waiting) expect(waitMs).toBeLessThanOrEqual(50_000)
  const batches = await db.selectFrom('sendBatches').select('seqs').execute()
  expect(batches).toEqual([{ seqs: [1, 2, 3] }])
})

test('two replicas that mark at the same moment share the tokens', async () => {
  const one = await held(3)
  const other = await held(3)

  const marks = (await Promise.all([mark(one.rows), mark(other.rows)])).flat()

  expect(marks.filter(({ verdict }) => verdict === 'wired')).toHaveLength(1)
  expect(marks.filter(({ verdict }) => verdict === 'wait')).toHaveLength(5)
})

test('what guests and hosts wait for goes first, and may use the last fifth', async () => {
  const broadcast = await held(2)
  const confirmation = await held(1, 0)

  await mark([...broadcast.rows, ...confirmation.rows])

  expect(await states(confirmation.message.id)).toEqual(['wired'])
  expect(await states(broadcast.message.id)).toEqual(['queued', 'queued'])
})

test('a guest who must not be mailed costs no token', async () => {
  const { message, guests, rows } = await held(2)
  await db.updateTable('guests').set({ unsubscribedAt: new Date() }).where('id', '=', guests[0]!.id).execute()

  const marks = await mark(rows)

  expect(marks.map(({ seq, verdict }) => [seq, verdict]).sort()).toEqual([
    [1, 'unsubscribed'],
    [2, 'wired'],
  ])
  expect(await states(message.id)).toEqual(['skipped', 'wired'])
})

test('a daily quota is counted in mails, and what it does not cover waits until it is asked for again', async () => {
  const { message, rows } = await held(5)
  await setRate(db, key, 100)
  await mayAskQuota(db, key)
  await setMailsLeft(db, key, 3)

  await aSecondPasses()
  await mark(inOneCall(rows.slice(0, 2)))
  await aSecondPasses()
  const marks = await mark(inOneCall(rows.slice(2, 4)))
  await aSecondPasses()
  await mark(rows.slice(4))

  expect(marks.map(({ verdict }) => verdict)).toEqual(['wait', 'wait'])
  expect(marks[0]!.waitMs).toBeGreaterThan(50_000)
  expect(await states(message.id)).toEqual(['wired', 'wired', 'queued', 'queued', 'wired'])
  expect((await db.selectFrom('rateBuckets').select('mailsLeft').executeTakeFirstOrThrow()).mailsLeft).toBe(0)
})
