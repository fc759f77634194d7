import { setTimeout as sleep } from 'node:timers/promises'
import type { Figure, Table } from '../bench.ts'
import { rounded } from '../measure/numbers.ts'
import { createEvent } from './events.ts'
import { words } from './messages.ts'
import { overSmtp, startNotifier } from './notifier.ts'
import { assertOnceEach } from './sink.ts'
import { startStage, type Stage } from './stage.ts'

const events = 5000
const guestsEach = 10

/** One event in this many is today, and its reminder useless in an hour; the others have a week. */
const todayEvery = 20

/** A hundred thousand mails at the slowest rate seen. */
const herdWithinMs = 420_000

/**
 * The same minute for everybody: 5,000 events of as many hosts, each with a reminder due now. Those of today are inserted last, so that
 * only their urgency can bring them forward.
 */
export async function startHerd(connections: number): Promise<{ figures: Figure[]; tables: Table[] }> {
  const stage = await startStage()
  const notifier = await startNotifier(stage, overSmtp(stage.sink.url, connections))
  await seedHerd(stage)
  await stage.sink.reset()
  const dueAt = Date.now()
  await dueTogether(stage)
  await untilAllSent(stage)

  const mailsToday = (events / todayEvery) * guestsEach
  const mailsLater = events * guestsEach - mailsToday
  const today = await stage.sink.received('today.test')
  const later = await stage.sink.received('later.test')
  assertOnceEach(today, mailsToday, 'the reminders of today')
  assertOnceEach(later, mailsLater, 'the other reminders')
  await notifier.stop()
  await stage.stop()

  const seconds = (at: number) => rounded((at - dueAt) / 1000, 2)
  const share = rounded((today.lastAt - dueAt) / (later.lastAt - dueAt), 2)
  return {
    figures: [
      {
        what: 'the last reminder of today out, as a share of the time for all',
        unit: 'x',
        value: share,
        target: { atMost: 0.25 },
      },
    ],
    tables: [
      {
        title: `${events} events with ${guestsEach} guests each, due together: seconds from due`,
        columns: ['what', 'mails', 'first out', 'last out'],
        rows: [
          ['reminders of today', mailsToday, seconds(today.firstAt), seconds(today.lastAt)],
          ['reminders of next week', mailsLater, seconds(later.firstAt), seconds(later.lastAt)],
        ],
      },
    ],
  }
}

async function seedHerd(stage: Stage) {
  const like = await createEvent(stage)
  await stage.pool.query(
    `with hosts as (
       insert into users (name, email) select 'Host ' || n, 'herd-' || n || '@example.org' from generate_series(1, $1) n
       returning id, split_part(split_part(email, '-', 2), '@', 1)::int % $3 = 0 as is_today
     )
     insert into events (host_id, name, venue, local_start, timezone, starts_at)
     select hosts.id, case when is_today then 'today' else 'later' end, e.venue, e.local_start, e.timezone,
       case when is_today then now() + interval '3 hours' else now() + interval '7 days' end
     from hosts, events e where e.id = $2`,
    [events, like.id, todayEvery],
  )
  await stage.pool.query(
    `insert into guests (event_id, name, email)
     select e.id, 'Guest ' || n, 'guest-' || (number * 1000 + n) || '@' || e.name || '.test'
     from (select id, name, row_number() over (order by id) as number from events where name in ('today', 'later')) e,
       generate_series(1, $1) n`,
    [guestsEach],
  )
  await stage.pool.query('vacuum analyze')
}

async function dueTogether({ pool }: Stage) {
  await pool.query(
    `insert into scheduled_messages (event_id, kind, reminder_key, audience, subject, body, status, send_at)
     select id, 'reminder', 'bench', '{everyone}', $1, $2, 'scheduled', now()
     from events where name in ('today', 'later')
     order by name = 'today', id`,
    [words.subject, words.body],
  )
  await pool.query("select pg_notify('tidings_due', '')")
}

async function untilAllSent({ pool }: Stage) {
  for (const startedAt = Date.now(); Date.now() - startedAt < herdWithinMs; await sleep(500)) {
    const { rows } = await pool.query(`select from scheduled_messages where status in ('scheduled', 'sending') limit 1`)
    if (rows.length === 0) return
  }
  throw new Error('the herd was not sent in time')
}
