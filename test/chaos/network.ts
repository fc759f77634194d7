import { onTestFinished } from 'vitest'
import { cloneDatabase } from '../database.ts'
import { startSmtpPeer } from '../peers/smtp-server.ts'
import { startTcpProxy, type TcpProxy } from '../peers/tcp-proxy.ts'
import { allEnded, balance, type Books, type Witness } from './books.ts'
import { startReplica, until } from './replica.ts'
import { report } from './report.ts'
import { throwDice } from './scale.ts'
import { dueBroadcasts, said } from './storm.ts'

/** One notifier between two bad networks: one leads to its database, the other to its SMTP server. */
export type Crossing = {
  database: TcpProxy
  smtp: TcpProxy
  witness: Witness
  random: () => number
  /** Resolves when this share of all mails has arrived. */
  reached: (share: number) => Promise<unknown>
}

export type Journey = {
  name: string
  policy: 'resend' | 'hold'
  guests: number
  connections: number
  env?: Record<string, string>
  /** Makes the weather while mails go out, and says how often it struck. */
  weather: (crossing: Crossing) => Promise<number>
}

export type Arrival = Books & { struck: number; lapses: number; surprises: number; alive: boolean }

/** Sends a broadcast through bad weather, and answers what became of it. */
export async function cross({ name, policy, guests, connections, env, weather }: Journey): Promise<Arrival> {
  const database = await cloneDatabase({ connectionsMax: 5 })
  const witness = await startSmtpPeer({ latencyMs: 30, keep: false })
  onTestFinished(() => witness.close())
  await dueBroadcasts(database.db, 1, guests)
  const ways = await Promise.all([startTcpProxy(Number(new URL(database.url).port)), startTcpProxy(witness.port)])
  for (const way of ways) onTestFinished(() => way.close())
  const databaseUrl = Object.assign(new URL(database.url), { port: ways[0].port }).href
  const { random } = throwDice()
  const startedAt = performance.now()

  const replica = startReplica(databaseUrl, {
    SMTP_URL: `smtp://127.0.0.1:${ways[1].port}`,
    SMTP_MAX_CONNECTIONS: String(connections),
    NOTIFIER_ON_AMBIGUOUS: policy,
    ...env,
  })
  const reached = (share: number) => until(`${share} of the mails`, () => witness.count >= share * guests, 90_000)
  const struck = await weather({ database: ways[0], smtp: ways[1], witness, random, reached })
  await allEnded(database.db, 120_000)

  const books = await balance(database.db, witness)
  const { mails, lost, doubled, unknown } = books
  const noticed = said([replica])
  const figures = { struck, mails, lost: lost.length, doubled, unknown, ...noticed }
  report('Bad networks', { network: name, policy, ...figures, seconds: secondsSince(startedAt) })
  return { ...books, ...noticed, struck, alive: !replica.isGone() }
}

const secondsSince = (start: number) => Math.round((performance.now() - start) / 1000)
