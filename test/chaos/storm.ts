import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Db } from '../../api/storage/database.ts'
import type { TestDatabase } from '../database.ts'
import * as given from '../given.ts'
import { allEnded, balance, type Books, type Witness } from './books.ts'
import { startReplica, until, type Replica } from './replica.ts'
import type { Dice } from './scale.ts'

export type Storm = {
  database: TestDatabase
  /** Where the replicas find the database, when there is something on the way to it. */
  databaseUrl?: string
  witness: Witness
  replicas: number
  kills: number
  /** The provider, and whatever else differs from a brisk notifier. */
  env: Record<string, string>
  dice: Dice
  /** A victim dies up to this long after the moment that was thrown for it: long enough for every stage of a mail. */
  momentMs: number
}

export type Aftermath = Books & {
  /** Claims that ran out under a live process, which a busy machine can bring about; what was on the wire is in doubt as after a kill. */
  lapses: number
  surprises: number
  /** The longest time until somebody went on with the work of a victim, in seconds. */
  resumedWithinS: number
  seconds: number
}

/** Several broadcasts of different hosts that are due now; every guest has an address of their own. */
export async function dueBroadcasts(db: Db, count: number, guestsEach: number) {
  const messages = []
  for (let each = 1; each <= count; each++) {
    const event = await given.event(db)
    await given.manyGuests(db, event.id, guestsEach, (n) => ({ email: `m${each}-guest-${n}@example.com` }))
    messages.push(event)
  }
  return Promise.all(messages.map(({ id }) => given.dueMessage(db, id)))
}

/**
 * Kills random replicas while mails go out, and starts a new one for each. A kill comes after so many mails, not after so many
 * seconds, so that it hits the sending on a slow machine too.
 */
export async function killStorm(storm: Storm, mails: number): Promise<Aftermath> {
  const { database, witness, dice, kills } = storm
  const startedAt = performance.now()
  const start = () => startReplica(storm.databaseUrl ?? database.url, storm.env)
  const all = Array.from({ length: storm.replicas }, start)
  const resumed: Promise<number>[] = []

  for (const after of momentsOf(kills, mails, dice)) {
    await until(`${after} of ${mails} mails`, () => witness.count >= after, 120_000)
    const victim = await until('a replica that lives', () =>
      chosen(
        all.filter((one) => one.isReady()),
        dice,
      ),
    )
    await sleep(dice.random() * storm.momentMs)
    victim.kill('SIGKILL')
    resumed.push(secondsUntilResumed(database.db, victim))
    all.push(start())
  }
  await allEnded(database.db, 180_000)

  return {
    ...(await balance(database.db, witness)),
    ...said(all),
    resumedWithinS: Math.max(0, ...(await Promise.all(resumed))),
    seconds: Math.round((performance.now() - startedAt) / 1000),
  }
}

/** What the replicas noticed themselves. */
export function said(replicas: Replica[]) {
  const sum = (words: string, field: string) =>
    replicas.flatMap((one) => one.said(words)).reduce((total, line) => total + Number(line[field]), 0)
  return { lapses: sum('claims ran out under us', 'units'), surprises: sum('double_send_detected', 'count') }
}

/** The tail is left in peace: a kill after the last mail would prove nothing. */
const stormyShare = 0.85

function momentsOf(kills: number, mails: number, { random }: Dice): number[] {
  return Array.from({ length: kills }, () => Math.floor(1 + random() * mails * stormyShare)).sort((a, b) => a - b)
}

function chosen(from: Replica[], { random }: Dice): Replica | undefined {
  return from[Math.floor(random() * from.length)]
}

/** Until somebody goes on with the victim's work, and none of it is kept from the others any more. When they come to the last of it is a matter of turns. */
async function secondsUntilResumed(db: Db, victim: Replica): Promise<number> {
  const from = performance.now()
  const held = async () => {
    const left = db.selectFrom('sendUnits').where('leaseOwner', '=', victim.id()!)
    const { units, locked } = await left
      .select((eb) => [
        eb.fn.countAll<number>().as('units'),
        eb.fn
          .countAll<number>()
          .filterWhere('leaseUntil', '>', sql<Date>`now()`)
          .as('locked'),
      ])
      .executeTakeFirstOrThrow()
    return { units: Number(units), locked: Number(locked) }
  }
  const atFirst = await held()
  const resumed = async () => {
    const { units, locked } = await held()
    return locked === 0 && (units < atFirst.units || units === 0)
  }
  await until('somebody goes on with the work of a killed replica', resumed, 120_000)
  return Math.round((performance.now() - from) / 100) / 10
}
