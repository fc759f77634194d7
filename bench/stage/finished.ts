import { createEvent, type Tables } from './events.ts'

/** Deliveries of one message of the past. */
const eachMessage = 1000

/** Rows of one INSERT: a long one would be one long transaction, and an end without a word on the way. */
const rowsPerInsert = 500_000

/**
 * How full a page is, in percent, when its mails are sent: rows that wait fill two fifths of it, and each then grows by what became of it. Rows that
 * are written as finished would leave a gap in each page, into which a new message would be scattered, row by row.
 */
const fillWhenSent = 66

/** Fills the tables with sent messages and their accepted deliveries, from `have` to `want` of them. */
export async function fillHistory(tables: Tables, have: number, want: number) {
  const { pool } = tables
  const event = await createEvent(tables)
  const { rows } = await pool.query(
    `select option_value as fill from pg_class, pg_options_to_table(reloptions)
     where oid = 'message_deliveries'::regclass and option_name = 'fillfactor'`,
  )
  await pool.query(`alter table message_deliveries set (fillfactor = ${fillWhenSent})`)
  for (let from = have; from < want; from += rowsPerInsert) {
    const messages = Math.ceil(Math.min(rowsPerInsert, want - from) / eachMessage)
    await pool.query(
      `with sent as (
         insert into scheduled_messages (event_id, kind, audience, subject, body, status, send_at, fired_at, expires_at, finished_at,
           content, provider, total)
         select $1, 'broadcast', '{everyone}', 'See you soon', 'Hello', 'sent', now() - interval '1 day', now() - interval '1 day',
           now(), now() - interval '1 day', '{}', 'smtp', $3
         from generate_series(1, $2)
         returning id
       )
       insert into message_deliveries (message_id, seq, guest_id, address, variables, state, attempt, provider, provider_message_id,
         wired_at, accepted_at, reply)
       select sent.id, n, gen_random_uuid(), 'guest-' || n || '@example.com', jsonb_build_object('name', 'Guest ' || n, 'linkVersion', 1),
         'accepted', 1, 'smtp', '<' || sent.id || '.' || n || '.1@tidings.test>', now(), now(), '2.0.0 queued'
       from sent, generate_series(1, $3) n`,
      [event.id, messages, Math.min(eachMessage, want)],
    )
  }
  await pool.query(`alter table message_deliveries set (fillfactor = ${Number(rows[0].fill)})`)
  await pool.query('vacuum (analyze) message_deliveries')
  await pool.query('vacuum (analyze) scheduled_messages')
}
