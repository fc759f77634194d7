import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { migrateUp } from '../../../api/storage/migrate.ts'

/**
 * The product's own schema in a world whose time stands still until it is told to move. `now()` and `uuidv7()` are written without a schema
 * everywhere, so a schema that is looked at before PostgreSQL's own replaces both, in statements and in column defaults alike.
 */
const searchPath = 'public, sim, pg_catalog'

const virtualWorld = `
  create schema sim;
  create sequence sim.ids;
  create sequence sim.changes;

  create function sim.now() returns timestamptz language sql stable
    return current_setting('sim.now')::timestamptz;

  -- Ids come in order as real ones do, and are the same in every run.
  create function sim.uuidv7() returns uuid language sql volatile
    return (lpad(to_hex(floor(extract(epoch from sim.now()) * 1000)::bigint), 12, '0') || '7000'
      || '8' || lpad(to_hex(nextval('sim.ids')), 15, '0'))::uuid;
`

/**
 * The witness: tells the simulation of every row that was changed, when the change is committed and not before, for that is how NOTIFY works.
 * It looks at nothing but the row, so that it sees what any code has done, however it was done.
 */
const witness = `
  create function sim.tell() returns trigger language plpgsql as $$
  declare
    long constant text[] := array['content', 'body', 'description', 'search_text', 'answers', 'branding'];
  begin
    perform pg_notify('sim_witness', jsonb_build_object(
      'change', nextval('sim.changes'), 'by', current_setting('sim.process'), 'table', tg_table_name,
      'was', case when tg_op <> 'INSERT' then to_jsonb(old) - long end,
      'is', case when tg_op <> 'DELETE' then to_jsonb(new) - long end)::text);
    return null;
  end $$;
`

const witnessed = [
  'events',
  'guests',
  'suppressions',
  'scheduled_messages',
  'message_deliveries',
  'message_counters',
  'send_units',
  'send_batches',
  'sending_hold',
] as const

/** A migrated database in the virtual world. `sabotage` is for a bug that is planted in the schema itself. */
export async function createWorld(
  serverUrl: string,
  sabotage = '',
): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `tidings_simulation_${randomBytes(6).toString('hex')}`
  await asAdmin(serverUrl, `create database ${name}`)
  const url = urlOf(serverUrl, name)
  await asAdmin(url, virtualWorld)
  // Only for what the migrations themselves may do with the time.
  await asAdmin(serverUrl, `alter database ${name} set search_path = ${searchPath}`)
  await asAdmin(serverUrl, `alter database ${name} set sim.now = '2026-01-01T00:00Z'`)
  await migrateUp(url, 'db/migrations')
  await asAdmin(url, witness + witnessed.map(watch).join('') + sabotage)
  return { url, drop: () => asAdmin(serverUrl, `drop database if exists ${name} with (force)`) }
}

/** Statistics would change plans, and with them the order of rows, in the middle of a run: the daemon that makes them stays away. */
function watch(table: string): string {
  return `
    create trigger sim_tell after insert or update or delete on ${table} for each row execute function sim.tell();
    alter table ${table} set (autovacuum_enabled = false);`
}

/**
 * As if it had just been made: no row, no statistics, and ids from the start. A clone of a template would cost ten times as much.
 */
export const emptyWorld = `
  do $$ begin
    execute (select 'truncate ' || string_agg(format('%I.%I', schemaname, tablename), ', ') || ' restart identity cascade'
      from pg_tables where schemaname = 'public' and tablename not like 'kysely%');
  end $$;
  select pg_clear_attribute_stats(schemaname, tablename, attname, inherited) from pg_stats where schemaname = 'public';
  alter sequence sim.ids restart;
  alter sequence sim.changes restart;`

/** What a connection is opened with to live in the virtual world. */
export const worldOptions = `-c search_path=${searchPath.replaceAll(' ', '')} -c timezone=UTC`

async function asAdmin(url: string, statements: string) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statements)
  } finally {
    await client.end()
  }
}

function urlOf(serverUrl: string, database: string) {
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  return url.href
}
