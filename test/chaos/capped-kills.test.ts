import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { fireMessages } from '../../api/storage/fire.ts'
import { cloneDatabase } from '../database.ts'
import * as given from '../given.ts'
import { startSmtpPeer } from '../peers/smtp-server.ts'
import { expectSums } from '../sums.ts'
import { startReplica, until } from './replica.ts'
import { scaled, throwDice } from './scale.ts'

const kills = scaled(4, 20)
const people = scaled(150, 600)
/** Of three messages that each of them should get. */
const capMails = 2
const connections = 5

test.each(['hold', 'resend'] as const)(
  'killed in the middle, replicas under policy %s mail nobody more often than the cap allows, and nobody less',
  async (policy) => {
    const database = await cloneDatabase({ connectionsMax: 5 })
    const { db } = database
    const witness = await startSmtpPeer({ latencyMs: 40, keep: false })
    onTestFinished(() => witness.close())
    const { hostId } = await given.event(db)
    // Three events of one host with the same people, expanded before any mail has left: only the marks keep to the cap.
    const ids: string[] = []
    for (let n = 0; n < 3; n++) {
      const event = await given.event(db, { hostId })
      await given.manyGuests(db, event.id, people)
      ids.push((await given.dueMessage(db, event.id)).id)
    }
    const from = { address: 'hello@tidings.test' }
    const expansion = { unitSize: 25, shard: 1 }
    for (const id of ids)
      await fireMessages(db, { provider: 'smtp', from, publicUrl: 'http://localhost:3000', expansion }, [id])

    const env = {
      ...{ SMTP_URL: witness.url, SMTP_MAX_CONNECTIONS: String(connections), NOTIFIER_ON_AMBIGUOUS: policy },
      FREQUENCY_CAP: `${capMails}/24h`,
    }
    const start = () => startReplica(database.url, env)
    const replicas = [start(), start(), start()]
    const dice = throwDice()
    for (let kill = 1; kill <= kills; kill++) {
      const after = Math.floor((kill * capMails * people) / (kills + 2))
      await until(`${after} mails`, () => witness.count >= after, 120_000)
      const alive = replicas.filter((one) => one.isReady())
      await sleep(dice.random() * 80)
      alive[Math.floor(dice.random() * alive.length)]?.kill('SIGKILL')
      replicas.push(start())
    }
    await until(
      'all messages have ended',
      async () => {
        const { rows } = await sql`select from scheduled_messages where status = 'sending'`.execute(db)
        return rows.length === 0
      },
      120_000,
    )

    const { rows } = await sql<{ address: string; mails: number; skipped: number }>`
      select address, count(*) filter (where state in ('accepted', 'unknown'))::int as mails,
        count(*) filter (where state = 'skipped' and reason = 'frequency_capped')::int as skipped
      from message_deliveries group by 1`.execute(db)
    expect(rows).toHaveLength(people)
    expect(rows.filter(({ mails, skipped }) => mails !== capMails || skipped !== 3 - capMails)).toEqual([])
    const tooMany = [...witness.counts].filter(([, count]) => count > capMails)
    expect(tooMany.length).toBeLessThanOrEqual(policy === 'hold' ? 0 : 2 * connections * kills)
    for (const id of ids) await expectSums(db, id)
    const said = replicas.flatMap((one) => one.said('deadlock'))
    expect(said).toEqual([])
  },
)
