import { beforeEach, describe, expect, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { expandSlice } from './expand.ts'
import { finishMessages } from './finish.ts'
import { fireNextDue } from './fire.ts'
import { loadInFlight } from './in-flight.ts'
import { registerNotifier } from './notifiers.ts'
import { recordOutcomes } from './record.ts'
import { rescueWired } from './rows.ts'
import { claimUnits } from './claim-units.ts'
import { renewLeases, settleUnit, type Unit } from './units.ts'
import { markWired } from './wire.ts'

const firer = { provider: 'smtp', from: { address: 'hello@tidings.test' }, publicUrl: 'http://localhost:3000' }

let database: TestDatabase
let db: TestDatabase['db']
let amina: string
let bao: string

async function register() {
  const identity = { host: 'here', pid: 1, version: '0', provider: 'smtp', providerAccount: 'a' }
  return (await registerNotifier(db, identity)).id
}

const claim = (notifierId: string, limit = 10) =>
  claimUnits(db, { notifierId, provider: 'smtp', leaseMs: 20_000 }, { units: limit })

/** A fired and expanded message with `guests` rows in units of ten, none of them claimed. */
async function expandedMessage(guests: number) {
  const event = await given.event(db)
  await given.manyGuests(db, event.id, guests)
  const { id } = await given.dueMessage(db, event.id)
  expect((await fireNextDue(db, firer)).kind).toBe('fired')
  const [unit] = await claim(amina, 1)
  const { audience } = (await loadInFlight(db, id))!
  while ((await expandSlice(db, unit!, { audience, unitSize: 10, shard: 1 })).kind === 'slice');
  return id
}

const rowsOf = (unit: Unit) =>
  Array.from({ length: unit.hi - unit.lo + 1 }, (_, n) => ({
    messageId: unit.messageId,
    seq: unit.lo + n,
    unitId: unit.id,
    epoch: unit.epoch,
  }))
const mark = (unit: Unit) => markWired(db, { rows: rowsOf(unit), provider: 'smtp', shard: 1 })
const accepted = { state: 'accepted', providerMessageId: 'p-1' } as const
const refused = { state: 'failed', reason: 'No such user.' } as const
const loseLease = () =>
  db
    .updateTable('sendUnits')
    .set({ leaseUntil: new Date(Date.now() - 1) })
    .execute()
const states = async () =>
  (await db.selectFrom('messageDeliveries').select('state').orderBy('seq').execute()).map((row) => row.state)

beforeEach(async () => {
  database = await cloneDatabase()
  db = database.db
  amina = await register()
  bao = await register()
})

describe('claims', () => {
  test('two notifiers that ask at the same moment share the units, and none goes to both', async () => {
    await expandedMessage(100)

    const [first, second] = await Promise.all([claim(amina, 10), claim(bao, 10)])

    const units = [...first, ...second].map((unit) => unit.id)
    expect(units).toHaveLength(10)
    expect(new Set(units).size).toBe(10)
  })

  test('a claimed unit is nobody else’s until its lease runs out', async () => {
    await expandedMessage(10)
    const [unit] = await claim(amina)

    expect(await claim(bao)).toEqual([])
    await loseLease()
    const [taken] = await claim(bao)

    expect(taken).toMatchObject({ id: unit!.id, epoch: unit!.epoch + 1, crashes: 1 })
  })

  test('a heartbeat keeps what is held and tells what is lost', async () => {
    await expandedMessage(20)
    const [first, second] = await claim(amina, 2)
    await db
      .updateTable('sendUnits')
      .set({ leaseUntil: new Date(0) })
      .where('id', '=', second!.id)
      .execute()

    const held = await renewLeases(db, amina, [first!, second!], 20_000)

    expect(held.map((unit) => unit.id)).toEqual([first!.id])
  })

  test('a paused message and one of another provider are not claimed', async () => {
    const id = await expandedMessage(10)
    await db.updateTable('scheduledMessages').set({ pausedAt: new Date(), pauseReason: 'host' }).execute()
    expect(await claim(amina)).toEqual([])

    await db.updateTable('scheduledMessages').set({ pausedAt: null, pauseReason: null, provider: 'ses' }).execute()
    expect(await claim(amina)).toEqual([])

    await db.updateTable('scheduledMessages').set({ provider: 'smtp' }).where('id', '=', id).execute()
    expect(await claim(amina)).toHaveLength(1)
  })
})

describe('fencing', () => {
  test('who lost the claim marks nothing', async () => {
    await expandedMessage(10)
    const [unit] = await claim(amina)
    await loseLease()
    await claim(bao)

    const marks = await mark(unit!)

    expect(new Set(marks.map((each) => each.verdict))).toEqual(new Set(['held']))
    expect(new Set(await states())).toEqual(new Set(['queued']))
  })

  test('who lost the claim can record an acceptance, which is evidence, but nothing else', async () => {
    await expandedMessage(2)
    const [unit] = await claim(amina)
    await mark(unit!)
    await loseLease()
    await claim(bao)

    const [first, second] = rowsOf(unit!)
    const outcomes = [
      { ...first!, outcome: accepted },
      { ...second!, outcome: refused },
    ]
    const recorded = await recordOutcomes(db, { outcomes, closed: [], shard: 1 })

    expect(recorded).toEqual({ moved: 1, surprises: 0 })
    expect(await states()).toEqual(['accepted', 'wired'])
  })

  test('a second acceptance under another name is a surprise that is counted, and changes nothing', async () => {
    await expandedMessage(1)
    const [unit] = await claim(amina)
    await mark(unit!)
    const [row] = rowsOf(unit!)
    await recordOutcomes(db, { outcomes: [{ ...row!, outcome: accepted }], closed: [], shard: 1 })

    const again = { ...row!, outcome: { state: 'accepted', providerMessageId: 'p-2' } as const }
    const recorded = await recordOutcomes(db, { outcomes: [again], closed: [], shard: 1 })

    expect(recorded).toEqual({ moved: 0, surprises: 1 })
    const counters = await db.selectFrom('messageCounters').select(['queued', 'accepted']).executeTakeFirst()
    expect(counters).toEqual({ queued: 0, accepted: 1 })
  })

  test('who lost the claim neither ends nor gives back the unit', async () => {
    await expandedMessage(1)
    const [unit] = await claim(amina)
    await loseLease()
    const [taken] = await claim(bao)

    await settleUnit(db, unit!)

    const left = await db.selectFrom('sendUnits').select(['epoch', 'leaseOwner']).executeTakeFirst()
    expect(left).toEqual({ epoch: taken!.epoch, leaseOwner: bao })
  })
})

describe('after a crash', () => {
  const rescue = (unit: Unit, policy: 'resend' | 'hold', deduplicates = false) =>
    rescueWired(db, unit, { policy, deduplicates, shard: 2 })

  async function crashedUnit() {
    await expandedMessage(3)
    const [unit] = await claim(amina)
    await markWired(db, { rows: rowsOf(unit!).slice(0, 2), provider: 'smtp', shard: 1 })
    await loseLease()
    return (await claim(bao))[0]!
  }

  test('under policy hold, what was on the wire is unknown, and what was not is sent', async () => {
    const unit = await crashedUnit()

    expect(await rescue(unit, 'hold')).toBe(2)

    expect(await states()).toEqual(['unknown', 'unknown', 'queued'])
    const { rows } = await database.pool.query('select sum(queued)::int q, sum(unknown)::int u from message_counters')
    expect(rows[0]).toEqual({ q: 1, u: 2 })
  })

  test('under policy resend it is queued again, three times at most', async () => {
    const unit = await crashedUnit()
    await db.updateTable('messageDeliveries').set({ attempt: 4 }).where('seq', '=', 2).execute()

    expect(await rescue(unit, 'resend')).toBe(1)

    expect(await states()).toEqual(['queued', 'unknown', 'queued'])
  })

  test('with a provider that de-duplicates it is queued again whatever the policy', async () => {
    const unit = await crashedUnit()

    expect(await rescue(unit, 'hold', true)).toBe(0)

    expect(await states()).toEqual(['queued', 'queued', 'queued'])
  })

  test('a notifier whose claim is gone rescues nothing', async () => {
    const unit = await crashedUnit()

    await rescue({ ...unit, epoch: unit.epoch - 1 }, 'hold')

    expect(await states()).toEqual(['wired', 'wired', 'queued'])
  })
})

describe('finishing', () => {
  test('two finishers at once, and a crash after the last outcome, still finish a message once', async () => {
    const id = await expandedMessage(1)
    const [unit] = await claim(amina)
    await mark(unit!)
    await recordOutcomes(db, { outcomes: [{ ...rowsOf(unit!)[0]!, outcome: accepted }], closed: [], shard: 1 })
    expect(await finishMessages(db)).toEqual([])

    expect(await settleUnit(db, unit!)).toBe(true)
    const finished = (await Promise.all([finishMessages(db), finishMessages(db, [id])])).flat()

    expect(finished).toEqual([{ messageId: id, status: 'sent' }])
  })
})

test.each([
  ['broadcast', 'complaint', 'suppressed'],
  ['broadcast', 'hard_bounce', 'suppressed'],
  ['notice', 'complaint', 'wired'],
  ['notice', 'hard_bounce', 'suppressed'],
] as const)('a %s to an address with a %s is %s at the wire', async (kind, reason, verdict) => {
  await expandedMessage(1)
  await db.updateTable('scheduledMessages').set({ kind }).execute()
  await db.insertInto('suppressions').values({ address: 'guest-1@example.com', reason }).execute()
  const [unit] = await claim(amina)

  expect((await mark(unit!)).map((each) => each.verdict)).toEqual([verdict])
})
