import { sql } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { sendingMessage } from '../../test/sending.ts'
import { claimUnits } from './claim-units.ts'
import { easeCrashed } from './crashed-units.ts'
import { cutUnit } from './cut-unit.ts'
import { finishMessages } from './finish.ts'
import { settleUnit, type Unit } from './units.ts'

let db: TestDatabase['db']
let messageId: string
let processes = 0

beforeEach(async () => {
  ;({ db } = await cloneDatabase())
  const event = await given.event(db)
  const { message } = await sendingMessage(db, event.id, 40)
  messageId = message.id
  await db.updateTable('scheduledMessages').set({ provider: 'smtp' }).execute()
})

/** Each claim is made by another process: the one before is dead. */
const claimAnew = (units = 1) => {
  const notifierId = `00000000-0000-7000-8000-${String(++processes).padStart(12, '0')}`
  return claimUnits(db, { notifierId, provider: 'smtp', leaseMs: 60_000 }, { units })
}

const leasesRunOut = () =>
  db
    .updateTable('sendUnits')
    .set({ leaseUntil: new Date(0) })
    .where('leaseOwner', 'is not', null)
    .execute()

async function acceptAll({ lo, hi }: Pick<Unit, 'lo' | 'hi'>) {
  await sql`
    with accepted as (
      update message_deliveries set state = 'accepted', accepted_at = now() where seq between ${lo} and ${hi} and state = 'queued'
      returning 1
    )
    update message_counters set queued = queued - n, accepted = accepted + n from (select count(*) as n from accepted) a`.execute(
    db,
  )
}

/** A process that dies of one guest's mail, whichever mails it has beside it. Answers whether it lived. */
async function liveOn(poisonedSeq: number) {
  const [claimed] = await claimAnew()
  if (!claimed) return undefined
  const eased = claimed.crashes > 0 ? await easeCrashed(db, claimed, 1) : { kind: 'asBefore' as const, unit: claimed }
  const unit = eased.kind === 'parked' ? claimed : eased.unit
  if (eased.kind !== 'parked' && unit.lo <= poisonedSeq && poisonedSeq <= unit.hi) {
    await leasesRunOut()
    return false
  }
  await acceptAll(unit)
  await settleUnit(db, unit)
  return true
}

test('a mail that ends the process is set aside alone, and everybody else gets theirs', async () => {
  let deaths = 0
  for (let lived = await liveOn(17); lived !== undefined; lived = await liveOn(17)) if (!lived) deaths += 1
  await finishMessages(db)

  const failed = await db
    .selectFrom('messageDeliveries')
    .select(['seq', 'state', 'reason'])
    .where('state', '<>', 'accepted')
    .execute()
  expect(failed).toEqual([{ seq: 17, state: 'failed', reason: expect.stringContaining('set aside') }])
  // Six before something in it is blamed, and one for each halving of forty.
  expect(deaths).toBeLessThanOrEqual(12)
  expect(await db.selectFrom('scheduledMessages').select('status').execute()).toEqual([{ status: 'sent' }])
})

test('a unit whose work goes on is not blamed for the crashes around it', async () => {
  for (let crash = 1; crash <= 8; crash++) {
    const [unit] = await claimAnew()
    const eased = unit!.crashes > 0 ? await easeCrashed(db, unit!, 1) : undefined
    expect(eased?.kind ?? 'asBefore').toBe('asBefore')
    await acceptAll({ lo: unit!.lo, hi: crash })
    await leasesRunOut()
  }

  expect(await db.selectFrom('sendUnits').select(['lo', 'hi']).execute()).toEqual([{ lo: 1, hi: 40 }])
})

test('a claim that is given back clears the unit, and so does the process itself taking it up again', async () => {
  await claimAnew()
  await leasesRunOut()
  const [again] = await claimAnew()
  await settleUnit(db, again!)
  const [third] = await claimAnew()
  await leasesRunOut()
  processes -= 1
  const [own] = await claimAnew()

  expect([again, third, own].map((unit) => unit!.crashes)).toEqual([1, 0, 0])
})

test('a unit is cut before a mail that waits, and never through a household or a call that may be replayed', async () => {
  const [unit] = await claimAnew()
  // 11 and 12 are reached by the mail of 10; 13 to 16 left in one call, whose answer is lost.
  const carried = { state: 'skipped', reason: 'shared_address' } as const
  await db.updateTable('messageDeliveries').set(carried).where('seq', 'in', [11, 12]).execute()
  await db.updateTable('messageDeliveries').set({ state: 'wired' }).where('seq', 'in', [13, 16]).execute()
  const batch = { messageId, lo: 13, generation: 1, seqs: [13, 14, 15, 16], requestHash: Buffer.from('x') }
  await db.insertInto('sendBatches').values(batch).execute()

  const cut = await cutUnit(db, unit!, 10)

  const units = await db.selectFrom('sendUnits').select(['id', 'lo', 'hi', 'leaseOwner']).orderBy('lo').execute()
  expect(cut.hi).toBe(16)
  expect(units).toMatchObject([
    { lo: 1, hi: 16 },
    { id: 18, lo: 17, hi: 40, leaseOwner: null },
  ])
  const { turn } = await db.selectFrom('sendTurns').select('turn').executeTakeFirstOrThrow()
  expect(turn).toBe(16)
})

test('who lost the claim cuts nothing', async () => {
  const [unit] = await claimAnew()
  await leasesRunOut()
  await claimAnew()

  expect(await cutUnit(db, unit!, 10)).toEqual(unit)
  expect(await db.selectFrom('sendUnits').select('hi').execute()).toEqual([{ hi: 40 }])
})
