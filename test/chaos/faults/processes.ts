import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, onTestFinished } from 'vitest'
import { cloneDatabase } from '../../database.ts'
import { startSmtpPeer } from '../../peers/smtp-server.ts'
import { startReplica, until } from '../replica.ts'
import { dueBroadcasts } from '../storm.ts'
import type { Fault } from './fault.ts'

const guests = 60

/** What can happen to the machine that a notifier runs on. */
export const processFaults: readonly Fault[] = [
  {
    id: 50,
    words: 'the disk of the app is full: its log cannot be written',
    shownBy: { 'cmd/log.test.ts': 'a process whose log is on a full disk goes on without it, and says so once' },
  },
  {
    id: 54,
    words: 'the clock of a notifier is ten minutes off',
    checks: async () => {
      await sendsByTheDatabasesClock('+600')
      await sendsByTheDatabasesClock('-600')
    },
  },
  {
    id: 55,
    words: 'the clock steps back an hour while claims live',
    checks: () => sendsByTheDatabasesClock('-3600', 2),
  },
  { id: 56, words: 'a leap second: the clock says one second twice', checks: () => sendsByTheDatabasesClock('-1', 2) },
  {
    id: 57,
    words: 'time zones differ between Node, PostgreSQL and the system',
    notOurs:
      'only the app turns wall time into instants; the database is given instants, and its own zone is never asked',
  },
]

async function stageOf(latencyMs: number) {
  const database = await cloneDatabase({ connectionsMax: 5 })
  const witness = await startSmtpPeer({ latencyMs, keep: false })
  onTestFinished(() => witness.close())
  await dueBroadcasts(database.db, 2, guests)
  const env = { SMTP_URL: witness.url, SMTP_MAX_CONNECTIONS: '5', NOTIFIER_ON_AMBIGUOUS: 'hold' }
  return { database, witness, env }
}

/**
 * A notifier whose clock is wrong, or steps after some seconds: what is due goes out, what is due in five minutes doesn't, no claim is
 * lost and nobody is mailed twice.
 */
async function sendsByTheDatabasesClock(wrongByS: string, afterS = 0) {
  const { database, witness, env } = await stageOf(afterS > 0 ? 200 : 0)
  await sql`update scheduled_messages set send_at = now() + interval '5 minutes'
    where id = (select id from scheduled_messages order by id limit 1)`.execute(database.db)
  const clock = {
    NODE_OPTIONS: `--import=${join(import.meta.dirname, 'wrong-clock.ts')}`,
    WRONG_CLOCK: `${wrongByS}@${afterS}`,
  }

  const replica = startReplica(database.url, { ...env, ...clock })
  await until('the due message has ended', async () => {
    const sent = await database.db.selectFrom('scheduledMessages').select('id').where('status', '=', 'sent').execute()
    return sent.length === 1
  })

  const statuses = await database.db.selectFrom('scheduledMessages').select('status').orderBy('status').execute()
  expect(statuses.map(({ status }) => status).sort()).toEqual(['scheduled', 'sent'])
  expect({ mails: witness.count, doubled: witness.doubled }).toEqual({ mails: guests, doubled: [] })
  expect(replica.said('claims ran out under us')).toEqual([])
}
