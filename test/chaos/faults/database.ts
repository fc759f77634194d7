import { sql } from 'kysely'
import type { TestDatabase } from '../../database.ts'
import { resendThat, smtpThat } from './doors.ts'
import { reachedOnce, type Case, type Fault } from './fault.ts'

const stops = 'test/chaos/postgres-stops.test.ts'
const network = 'test/chaos/network.test.ts'
const sick = 'test/chaos/sick-database.test.ts'

/** What can happen to the database, and to the way there. */
export const databaseFaults: readonly Fault[] = [
  {
    id: 42,
    words: 'PostgreSQL restarts in the middle (fast)',
    shownBy: { [stops]: 'PostgreSQL is stopped (%s) and started again while mails go out' },
  },
  {
    id: 43,
    words: 'PostgreSQL crashes in the middle of a commit',
    shownBy: { [stops]: 'PostgreSQL is stopped (%s) and started again while mails go out' },
  },
  {
    id: 44,
    words: 'a failover loses the last two seconds',
    cases: [
      {
        way: 'Resend recognises the repeat',
        door: resendThat([]),
        illness: ({ db }) => rememberUnits(db),
        becomes: reachedOnce,
        meanwhile: ({ db }) => loseTheLastSeconds(db),
        afterwards: reachedOnce,
      },
    ],
    notTried: 'with SMTP and SES, which recognise nothing, such a failover sends again: replicas must be synchronous',
  },
  {
    id: 45,
    words: 'the connection is cut after the query and before its result',
    shownBy: { [network]: 'a wire mark is made, and its answer is lost' },
  },
  {
    id: 46,
    words: 'a deadlock or a serialization failure',
    cases: [illWith('40P01', 3), illWith('40001', 3)],
    shownBy: { 'api/storage/transact.test.ts': 'of two transactions that wait for each other, both come through' },
  },
  {
    id: 47,
    words: 'no connection is left',
    shownBy: {
      [sick]: 'a database that gives a notifier three connections where it wants nine',
      'api/http/limits.test.ts': 'a line to the database that breaks under a query ("%s") is a 503',
    },
  },
  { id: 48, words: 'a statement is cancelled for taking too long', cases: [illWith('57014', 3)] },
  {
    id: 49,
    words: 'the disk of PostgreSQL is full',
    cases: [illWith('53100', 4)],
    shownBy: { [sick]: 'a database whose disk is full: nothing is handed over until there is room' },
  },
  { id: 51, words: 'PostgreSQL is read-only', shownBy: { [sick]: 'a database that turns read-only in the middle' } },
  {
    id: 52,
    words: 'NOTIFY is lost',
    shownBy: { 'cmd/notifier/when-due.test.ts': 'without any hint a due message is found by the poll' },
  },
  {
    id: 53,
    words: 'a pooler in transaction mode',
    notTried: 'there is no pooler in our tests; give the notifier a session of its own (LISTEN, named statements)',
  },
]

/** The first writes to deliveries fail with this code of PostgreSQL's, whatever is written. */
function illWith(code: string, times: number): Case {
  return {
    way: code,
    // Never strikes itself; the database does.
    door: async () => ({ ...(await smtpThat({ at: 'quit', doing: 'hang' })()), hasStruck: () => true }),
    illness: ({ db }) => failWrites(db, code, times),
    becomes: reachedOnce,
  }
}

async function failWrites(db: TestDatabase['db'], code: string, times: number) {
  await sql`create sequence failures`.execute(db)
  await sql`create function fail() returns trigger language plpgsql as ${sql.raw(`$$ begin
    if nextval('failures') <= ${times} then raise exception 'injected' using errcode = '${code}'; end if;
    return new;
  end $$`)}`.execute(db)
  await sql`create trigger fail before update on message_deliveries for each statement execute function fail()`.execute(
    db,
  )
}

async function rememberUnits(db: TestDatabase['db']) {
  await sql`create table units_as_they_were (like send_units)`.execute(db)
  await sql`create function remember() returns trigger language plpgsql as ${sql.raw(
    '$$ begin insert into units_as_they_were values (old.*); return old; end $$',
  )}`.execute(db)
  await sql`create trigger remember before delete on send_units for each row execute function remember()`.execute(db)
}

/** As a replica would have it that did not hear of the outcomes: marked, and nothing more. */
async function loseTheLastSeconds(db: TestDatabase['db']) {
  await sql`update message_deliveries set state = 'wired', accepted_at = null, provider_message_id = null`.execute(db)
  await sql`update message_counters set queued = queued + accepted, accepted = 0`.execute(db)
  await sql`update send_batches set closed_at = null`.execute(db)
  await sql`update scheduled_messages set status = 'sending', finished_at = null`.execute(db)
  // A host without work may have lost its turn meanwhile, and units stand behind a turn.
  await sql`insert into send_turns (priority, host_id, turn) select distinct priority, host_id, 0 from units_as_they_were
    on conflict do nothing`.execute(db)
  await sql`insert into send_units select * from units_as_they_were where kind = 'send'`.execute(db)
}
