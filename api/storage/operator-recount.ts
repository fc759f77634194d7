import { sql, type Transaction } from 'kysely'
import type { Db } from './database.ts'
import { countColumns, rowsCounted, sumsOf, type MessageSums } from './message-counts.ts'
import type { DB } from './schema.gen.ts'
import { apiShard } from './stop-messages.ts'
import { transact } from './transact.ts'

/** What the counters said less than the rows, per counter; all zero when they agree. */
export type Drift = MessageSums

export type Recount = { drift: Drift; total: { was: number | null; is: number } }

/** Whether anything was wrong: a counter, or the total of a message whose total is known. */
export function isAdrift({ drift, total }: Recount): boolean {
  return Object.values(drift).some((difference) => difference !== 0) || (total.was !== null && total.was !== total.is)
}

/** Compares the counters of a message with its rows, and changes nothing. */
export async function measureDrift(db: Db, messageId: string): Promise<Recount> {
  const { rows } = await sql<Compared>`with ${compared(messageId)} ${answer(messageId)}`.execute(db)
  return recountOf(rows[0]!)
}

/**
 * Makes the counters of a message equal its rows. Rows and counters are read in one snapshot, in which they differ only if something
 * is wrong, and the difference is added rather than the sum written: so it is right beside notifiers that go on counting. The message is
 * locked first, for two that mend at once would both add the difference.
 */
export function recountMessage(db: Db, messageId: string): Promise<Recount> {
  const work = async (tx: Db) => {
    await sql`select from scheduled_messages where id = ${messageId} for no key update`.execute(tx)
    return mend(tx, messageId)
  }
  return db.isTransaction ? work(db as Transaction<DB>) : transact(db, work)
}

async function mend(tx: Db, messageId: string): Promise<Recount> {
  const added = countColumns.map((c) => sql`${sql.ref(c)} = ${sql.ref(`c.${c}`)} + ${sql.ref(`excluded.${c}`)}`)
  const { rows } = await sql<Compared>`
    with ${compared(messageId)}, repaired as (
      insert into message_counters as c (message_id, shard, ${columns})
      select ${messageId}, ${apiShard}, ${columns} from drift
      where ${sql.join(
        countColumns.map((column) => sql`${sql.ref(column)} <> 0`),
        sql` or `,
      )}
      on conflict (message_id, shard) do update set ${sql.join(added)}
    ), totalled as (
      -- While an expansion is under way nobody knows the total yet.
      update scheduled_messages m set total = truth.rows
      from truth
      where m.id = ${messageId} and m.total is not null and m.total <> truth.rows
        and not exists (select from send_units u where u.message_id = m.id and u.kind = 'expand')
    )
    ${answer(messageId)}`.execute(tx)
  return recountOf(rows[0]!)
}

const columns = sql.join(countColumns.map((column) => sql.ref(column)))

type Compared = Drift & { was: number | null; rows: number }

/** `truth`: the rows, counted. `counted`: what the counters say. `drift`: the difference. */
function compared(messageId: string) {
  const id = sql`${messageId}::uuid`
  const differences = countColumns.map(
    (column) => sql`${sql.ref(`t.${column}`)} - ${sql.ref(`c.${column}`)} as ${sql.ref(column)}`,
  )
  return sql`truth as materialized (${rowsCounted(id)}), counted as materialized (${sumsOf(id)}),
    drift as (select ${sql.join(differences)} from truth t, counted c)`
}

function answer(messageId: string) {
  return sql`select drift.*, truth.rows, (select total from scheduled_messages where id = ${messageId}) as was from drift, truth`
}

function recountOf({ was, rows: is, ...drift }: Compared): Recount {
  return { drift, total: { was, is } }
}
