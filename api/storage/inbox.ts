import { sql } from 'kysely'
import { waitsForOthersMs } from '../domain/click-bursts.ts'
import { feedbackMax, type Feedback } from '../domain/feedback.ts'
import { storable } from '../domain/storable.ts'
import type { Db } from './database.ts'

/** Reports are in the inbox. A hint like any other: who misses it looks every second. */
export const feedbackChannel = 'tidings_feedback'

/**
 * Keeps what providers report, before they are told that we have it; applying it is another matter (`applyFeedback`). A report that is
 * there already, by the name that its provider gave it, is not stored again. A click waits a moment for others of its mail. Texts are cut
 * to `feedbackMax`, and a clock that is ahead of ours tells our time.
 * @returns the names of those that were new.
 */
export async function storeFeedback(db: Db, given: readonly Feedback[]): Promise<string[]> {
  if (given.length === 0) return []
  // In the order of their names: two processes that are told the same wait for each other, and never both.
  const reports = given.toSorted((one, other) => (nameOfReport(one) < nameOfReport(other) ? -1 : 1))
  const text = (read: (report: Feedback) => string | undefined, max: number) =>
    reports.map((report) => {
      const value = read(report)
      return value === undefined ? null : storable(value.length > max ? [...value].slice(0, max).join('') : value)
    })
  const { rows } = await sql<Pick<Feedback, 'provider' | 'providerEventId'>>`
    -- prepared: store_feedback
    insert into provider_events (provider, provider_event_id, kind, happened_at, message_id, seq, generation,
      provider_message_id, address, machine, bounce_class, link, detail, due_at)
    select provider, provider_event_id, kind, least(happened_at, now()), message_id, seq, generation,
      provider_message_id, address, machine, bounce_class, link, detail, now() + waits_ms * interval '1 ms'
    from unnest(
      ${reports.map((r) => r.provider)}::text[], ${text((r) => r.providerEventId, feedbackMax.providerEventId)}::text[],
      ${reports.map((r) => r.kind)}::feedback_kind[], ${reports.map((r) => r.happenedAt)}::timestamptz[],
      ${reports.map((r) => r.messageId)}::uuid[], ${reports.map((r) => r.seq)}::int[],
      ${reports.map((r) => r.generation)}::int[],
      ${text((r) => r.providerMessageId, feedbackMax.providerMessageId)}::text[],
      ${text((r) => r.address?.toLowerCase(), feedbackMax.address)}::text[], ${text((r) => r.machine, feedbackMax.machine)}::text[],
      ${reports.map((r) => r.bounceClass ?? null)}::text[], ${text((r) => r.link, feedbackMax.link)}::text[],
      ${text((r) => r.detail, feedbackMax.detail)}::text[], ${reports.map(waitsForOthersMs)}::int[]
    ) as r(provider, provider_event_id, kind, happened_at, message_id, seq, generation, provider_message_id, address, machine,
      bounce_class, link, detail, waits_ms)
    on conflict (provider, provider_event_id) do nothing
    returning provider, provider_event_id`.execute(db)
  return rows.map(nameOfReport)
}

/** The name of a report, for whoever wants to know whether his own was new. */
export function nameOfReport({ provider, providerEventId }: Pick<Feedback, 'provider' | 'providerEventId'>): string {
  return `${provider} ${providerEventId}`
}

/** Wakes a notifier to apply what has come. */
export async function announceFeedback(db: Db): Promise<void> {
  await sql`select pg_notify(${feedbackChannel}, '')`.execute(db)
}

/** How long until the next report is to be looked at; undefined when none waits. */
export async function msUntilNextReport(db: Db): Promise<number | undefined> {
  const { rows } = await sql<{ ms: number | null }>`
    select (extract(epoch from min(due_at) - now()) * 1000)::float8 as ms from provider_events where applied_at is null`.execute(
    db,
  )
  return rows[0]!.ms ?? undefined
}

/** Reports that wait to be applied, and for how long the oldest of them has: of those that are due, in seconds. */
export async function inboxLag(db: Db): Promise<{ waiting: number; oldestS: number }> {
  const { rows } = await sql<{ waiting: number; oldestS: number }>`
    select count(*)::int as waiting, coalesce(extract(epoch from now() - min(received_at) filter (where due_at <= now())), 0)::float8 as oldest_s
    from provider_events where applied_at is null`.execute(db)
  return rows[0]!
}

/** A provider repeats a report for days at most; what is older has been applied and is known by its facts. */
export const keptForDays = 30
const forgottenAtOnceMax = 5000

/** Drops reports that were applied long ago, a bounded number. @returns how many. */
export async function forgetFeedback(db: Db): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from provider_events where id in (
      select id from provider_events where applied_at < now() - ${keptForDays} * interval '1 day'
      limit ${forgottenAtOnceMax} for update skip locked)`.execute(db)
  return Number(numAffectedRows)
}
