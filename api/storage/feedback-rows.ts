import { sql } from 'kysely'
import { counterOfFact, factColumns, factsGained, type FactColumn, type Facts } from '../domain/facts.ts'
import type { Feedback } from '../domain/feedback.ts'
import { waitsForHours, waitsForMs, type ReportedRow } from '../domain/judge-feedback.ts'
import type { Db } from './database.ts'

/** Reports by the names that their provider gave them, for a run that wants to know what its own came to; else whatever is due is taken. */
export type Chosen = { provider: string; ids: readonly string[] }

/** `isOld`: it has waited for its row long enough. */
export type TakenReport = Feedback & { id: string; tries: number; isOld: boolean }

export type FactRow = ReportedRow & Facts & { messageId: string; seq: number }

/** One row, for maps: reports and rows of the same mail meet under it. */
export function keyOf({ messageId, seq }: { messageId: string; seq: number }): string {
  return `${messageId}.${seq}`
}

/** Locks reports that nobody else has in hand, in the order in which they came. */
export async function takeReports(tx: Db, max: number, only?: Chosen): Promise<TakenReport[]> {
  const chosen = only
    ? sql`provider = ${only.provider} and provider_event_id = any(${[...only.ids]}::text[])`
    : sql`due_at <= now()`
  const { rows } = await sql<{ [K in keyof TakenReport]: TakenReport[K] | null }>`
    select id::text, provider, provider_event_id, kind, happened_at, message_id, seq, generation, provider_message_id, address,
      machine, bounce_class, link, detail, tries, received_at < now() - ${waitsForHours} * interval '1 hour' as is_old
    from provider_events
    where applied_at is null and ${chosen}
    order by id limit ${max}
    for update skip locked`.execute(tx)
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as TakenReport)
}

/** Locked in the order of their key: two notifiers that meet on the same rows wait for each other and never both. */
export async function lockReportedRows(tx: Db, reports: readonly TakenReport[]): Promise<Map<string, FactRow>> {
  const { rows } = await sql<FactRow>`
    select d.message_id, d.seq, d.state, d.generation, d.address, d.provider_message_id, d.wired_at,
      d.delivered_at, d.opened_at, d.opened_machine_at, d.clicked_at, d.clicked_machine_at, d.bounced_at, d.complained_at,
      d.unsubscribed_at, d.bounce_class, d.bounce_text, d.machine_reason
    from message_deliveries d
    where (d.message_id, d.seq) in (
      select * from unnest(${reports.map((r) => r.messageId)}::uuid[], ${reports.map((r) => r.seq)}::int[]))
    order by d.message_id, d.seq
    for no key update`.execute(tx)
  return new Map(rows.map((row) => [keyOf(row), row]))
}

/** Writes facts as they were decided; whoever calls holds the locks of these rows. */
export async function writeFacts(tx: Db, rows: readonly FactRow[]): Promise<void> {
  if (rows.length === 0) return
  const dates = (column: FactColumn) => rows.map((row) => row[column])
  await sql`
    update message_deliveries d set
      delivered_at = f.delivered_at, opened_at = f.opened_at, opened_machine_at = f.opened_machine_at, clicked_at = f.clicked_at,
      clicked_machine_at = f.clicked_machine_at, bounced_at = f.bounced_at, complained_at = f.complained_at,
      unsubscribed_at = f.unsubscribed_at, bounce_class = f.bounce_class, bounce_text = f.bounce_text,
      machine_reason = f.machine_reason
    from unnest(
      ${rows.map((row) => row.messageId)}::uuid[], ${rows.map((row) => row.seq)}::int[],
      ${dates('deliveredAt')}::timestamptz[], ${dates('openedAt')}::timestamptz[], ${dates('openedMachineAt')}::timestamptz[],
      ${dates('clickedAt')}::timestamptz[], ${dates('clickedMachineAt')}::timestamptz[], ${dates('bouncedAt')}::timestamptz[],
      ${dates('complainedAt')}::timestamptz[], ${dates('unsubscribedAt')}::timestamptz[],
      ${rows.map((row) => row.bounceClass)}::text[], ${rows.map((row) => row.bounceText)}::text[],
      ${rows.map((row) => row.machineReason)}::text[]
    ) as f(message_id, seq, delivered_at, opened_at, opened_machine_at, clicked_at, clicked_machine_at, bounced_at, complained_at,
      unsubscribed_at, bounce_class, bounce_text, machine_reason)
    where d.message_id = f.message_id and d.seq = f.seq`.execute(tx)
}

/** Facts that are new move the message's counters; each counter has the name of its fact. */
export async function countFacts(
  tx: Db,
  rows: readonly { before: Facts; after: FactRow }[],
  shard: number,
): Promise<void> {
  const perMessage = new Map<string, Record<FactColumn, number>>()
  for (const { before, after } of rows) {
    for (const column of factsGained(before, after)) {
      const sums = perMessage.get(after.messageId) ?? noFacts()
      sums[column] += 1
      perMessage.set(after.messageId, sums)
    }
  }
  if (perMessage.size === 0) return
  // In the order of their key, like the rows: counters of one shard are moved by one process, but two of its connections may meet.
  const messages = [...perMessage].sort(([one], [other]) => (one < other ? -1 : 1))
  const counters = factColumns.map((column) => snakeCase(counterOfFact[column]))
  const columns = sql.join(counters.map((counter) => sql.ref(counter)))
  const sums = sql.join(factColumns.map((column) => sql`${messages.map(([, facts]) => facts[column])}::int[]`))
  const added = sql.join(
    counters.map(
      (counter) => sql`${sql.ref(counter)} = ${sql.ref(`c.${counter}`)} + ${sql.ref(`excluded.${counter}`)}`,
    ),
  )
  await sql`
    insert into message_counters as c (message_id, shard, ${columns})
    select message_id, ${shard}, ${columns} from unnest(${messages.map(([id]) => id)}::uuid[], ${sums}) as f(message_id, ${columns})
    on conflict (message_id, shard) do update set ${added}`.execute(tx)
}

function noFacts(): Record<FactColumn, number> {
  return Object.fromEntries(factColumns.map((column) => [column, 0])) as Record<FactColumn, number>
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

export type EndedReport = { report: TakenReport; outcome: 'applied' | 'noop' | 'unprocessable' | 'unhandled' | null }

/** Writes what became of each report; null: it waits, longer each time. */
export async function endReports(tx: Db, ended: readonly EndedReport[]): Promise<void> {
  await sql`
    update provider_events e set
      applied_at = case when r.outcome is not null then now() end, outcome = r.outcome, tries = e.tries + 1,
      due_at = now() + r.wait_ms * interval '1 ms',
      -- What only its neighbours told of a click, so that whoever reads it later need not look at them again.
      machine = r.machine
    from unnest(
      ${ended.map(({ report }) => report.id)}::bigint[], ${ended.map(({ outcome }) => outcome)}::text[],
      ${ended.map(({ report }) => waitsForMs(report.tries))}::float8[], ${ended.map(({ report }) => report.machine ?? null)}::text[]
    ) as r(id, outcome, wait_ms, machine)
    where e.id = r.id`.execute(tx)
}
