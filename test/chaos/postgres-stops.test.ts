import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { startSmtpPeer } from '../peers/smtp-server.ts'
import { allEnded, balance } from './books.ts'
import { startCluster } from './cluster.ts'
import { startReplica, until } from './replica.ts'
import { report } from './report.ts'
import { scaled, throwDice } from './scale.ts'
import { dueBroadcasts, said } from './storm.ts'

const stops = scaled(2, 10)
const guestsEach = scaled(250, 2000)
const mails = 2 * guestsEach
const connections = 5
const replicas = 2

/** Shorter and longer than a lease is both worth a try. */
const awayMaxMs = 7000

test.each(['immediate', 'fast'] as const)(
  'PostgreSQL is stopped (%s) and started again while mails go out: nobody is lost or doubled, and no notifier has to be restarted',
  async (how) => {
    const cluster = await startCluster()
    const witness = await startSmtpPeer({ latencyMs: 50, keep: false })
    onTestFinished(() => witness.close())
    await dueBroadcasts(cluster.db, 2, guestsEach)
    const { seed, random } = throwDice()
    const env = {
      SMTP_URL: witness.url,
      SMTP_MAX_CONNECTIONS: String(connections),
      NOTIFIER_ON_AMBIGUOUS: 'hold',
    }
    const processes = Array.from({ length: replicas }, () => startReplica(cluster.url, env))
    const startedAt = performance.now()

    for (let stop = 1; stop <= stops; stop++) {
      const enough = Math.floor(((stop - random()) * mails * 0.85) / stops) + 1
      await until(`${enough} mails`, () => witness.count >= enough, 120_000)
      await cluster.stop(how)
      await sleep(random() * awayMaxMs)
      await cluster.start()
    }
    await allEnded(cluster.db, 120_000)

    const books = await balance(cluster.db, witness)
    const { lost, doubled, unknown } = books
    const figures = { stops, mails, lost: lost.length, doubled, unknown, ...said(processes) }
    const seconds = Math.round((performance.now() - startedAt) / 1000)
    report('PostgreSQL stopped and started again', { how, seed, ...figures, seconds })
    expect(lost).toEqual([])
    expect(doubled).toBe(0)
    expect(books.accepted + unknown).toBe(mails)
    expect(unknown).toBeLessThanOrEqual(2 * connections * replicas * stops)
    expect(processes.filter((one) => one.isGone())).toEqual([])
  },
)
