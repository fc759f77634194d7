import { sql } from 'kysely'
import { expect } from 'vitest'
import type { Db } from '../../api/storage/database.ts'
import type { MailLog, Received } from '../peers/mail-log.ts'
import { until } from './replica.ts'

/** The other side, which counts every mail that it takes; the witness. */
export type Witness = Pick<MailLog<Received>, 'count' | 'counts' | 'doubled' | 'countTo'>

export type Books = {
  mails: number
  accepted: number
  unknown: number
  failed: number
  /** Guests who got nothing although their row doesn't say so. */
  lost: string[]
  /** Mails beyond the first, over all guests. */
  doubled: number
}

const final = ['sent', 'failed', 'cancelled']

/** Waits until every message has ended and no unit is left. */
export function allEnded(db: Db, withinMs: number) {
  return until(
    'every message ended',
    async () => {
      const messages = await db.selectFrom('scheduledMessages').select('status').execute()
      const units = await db.selectFrom('sendUnits').select('id').limit(1).execute()
      return messages.every(({ status }) => final.includes(status)) && units.length === 0
    },
    withinMs,
  )
}

/**
 * Compares what the rows say with what the witness has seen. Each guest must have an address of their own.
 * Also checks what must hold after any storm: rows are final, and the counters are the sum of the rows.
 */
export async function balance(db: Db, witness: Witness): Promise<Books> {
  const rows = await db.selectFrom('messageDeliveries').select(['messageId', 'address', 'state']).execute()
  expect(rows.filter(({ state }) => state === 'queued' || state === 'wired')).toEqual([])
  await countersEqualRows(db)
  const got = ({ address }: { address: string | null }) => witness.countTo(address ?? '')
  const inState = (state: string) => rows.filter((row) => row.state === state)
  return {
    mails: rows.length,
    accepted: inState('accepted').length,
    unknown: inState('unknown').length,
    failed: inState('failed').length,
    lost: inState('accepted')
      .filter((row) => got(row) === 0)
      .map(({ address }) => address!),
    doubled: [...witness.counts.values()].reduce((sum, count) => sum + count - 1, 0),
  }
}

const sums = ['queued', 'accepted', 'failed', 'unknown', 'skipped', 'cancelled'] as const

/** What the host sees adds up: total = queued + sent + failed + unknown + skipped + cancelled, and each is the number of its rows. */
export async function countersEqualRows(db: Db) {
  const { rows } = await sql<
    Record<(typeof sums)[number] | 'total' | 'rows', number> & { id: string; counted: object }
  >`
    select m.id, m.total, count(d.*)::int as rows,
      count(*) filter (where d.state in ('queued', 'wired'))::int as queued,
      ${sql.join(sums.slice(1).map((state) => sql`count(*) filter (where d.state = ${sql.lit(state)})::int as ${sql.ref(state)}`))},
      (select jsonb_build_object(${sql.join(sums.flatMap((name) => [sql.lit(name), sql`coalesce(sum(${sql.ref(name)}), 0)`]))})
       from message_counters c where c.message_id = m.id) as counted
    from scheduled_messages m join message_deliveries d on d.message_id = m.id
    group by m.id`.execute(db)
  for (const { id, total, counted, ...byState } of rows) {
    const summed = Object.fromEntries(sums.map((name) => [name, byState[name]]))
    expect({ id, total, counted }).toEqual({ id, total: byState.rows, counted: summed })
  }
}
