import { readFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import type { Db } from '../../api/storage/database.ts'
import { cloneDatabase } from '../database.ts'
import { startRawSmtpPeer, type Moment } from '../peers/raw-smtp-server.ts'
import { startResendPeer } from '../peers/resend-server.ts'
import { startSesPeer } from '../peers/ses-server.ts'
import { startReplica, until, type Replica } from './replica.ts'
import { report } from './report.ts'
import { scaled } from './scale.ts'
import { dueBroadcasts } from './storm.ts'

const megabyte = 1024 * 1024

/** A provider that never comes to an end is heard for this long, if anybody listens. */
const floodBytes = 200 * megabyte

/** What a notifier may grow by. Each flood that was kept would be two hundred; sending in peace takes some fifty, mostly uncollected garbage. */
const growthMax = 120 * megabyte

/** After each the provider is left alone for a while, which is what takes the time. */
const floods = scaled(2, 5)

/** SMTP: each connection is flooded in turn, at another moment of the conversation. */
const moments = (['connect', 'dot', 'hello', 'sender', 'recipient'] satisfies Moment[]).slice(0, floods)

/** Waits for the floods to be over, and measures the highest tide. */
async function tide(
  who: string,
  database: { db: Db; url: string },
  env: Record<string, string>,
  floodsPoured: () => number,
) {
  const replica = startReplica(database.url, env)
  await replica.ready
  const before = residentBytes(replica, 'VmRSS')
  await dueBroadcasts(database.db, 1, 20)
  await until('all floods have been poured', () => floodsPoured() >= floods, 120_000)
  await until('a mail after the floods', () => hasOutcomes(database.db), 120_000)
  const grownBy = residentBytes(replica, 'VmHWM') - before
  report('Floods of 200 MB each', {
    who,
    floods: floodsPoured(),
    'at rest MB': inMegabytes(before),
    'grown by MB': inMegabytes(grownBy),
  })
  return { grownBy, replica }
}

test('an SMTP server whose replies never end costs a notifier no memory', async () => {
  const peer = await startRawSmtpPeer({ keep: false })
  onTestFinished(() => peer.close())
  for (const at of moments) peer.plan({ at, doing: 'flood', bytes: `250-${'x'.repeat(5000)}`, totalBytes: floodBytes })
  const env = { SMTP_URL: peer.url, SMTP_MAX_CONNECTIONS: '2', NOTIFIER_ON_AMBIGUOUS: 'hold' }

  const { grownBy, replica } = await tide('SMTP', await cloneDatabase(), env, () => moments.length - peer.plansLeft())

  expect(grownBy).toBeLessThan(growthMax)
  expect(replica.isGone()).toBe(false)
})

test('a Resend whose answers never end costs a notifier no memory', async () => {
  const peer = await startResendPeer({ keep: false })
  onTestFinished(() => peer.close())
  const poured = () => Math.min(floods, peer.requests.length)
  peer.plan({ doing: 'flood', status: 500, bytes: 'x'.repeat(5000), totalBytes: floodBytes, times: floods })
  const env = { RESEND_API_KEY: peer.apiKey, RESEND_BASE_URL: peer.url }

  const { grownBy, replica } = await tide('Resend', await cloneDatabase(), env, poured)

  expect(grownBy).toBeLessThan(growthMax)
  expect(replica.isGone()).toBe(false)
})

test('an SES whose answers never end costs a notifier no memory', async () => {
  const peer = await startSesPeer({ keep: false })
  onTestFinished(() => peer.close())
  peer.plan({ doing: 'flood', status: 500, bytes: '<x>'.repeat(2000), totalBytes: floodBytes, times: floods })
  const env = {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: peer.accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'secret',
    SES_ENDPOINT: peer.url,
    NOTIFIER_ON_AMBIGUOUS: 'hold',
  }

  const { grownBy, replica } = await tide('SES', await cloneDatabase(), env, () =>
    Math.min(floods, peer.requests.length),
  )

  expect(grownBy).toBeLessThan(growthMax)
  expect(replica.isGone()).toBe(false)
})

async function hasOutcomes(db: Db) {
  const query = db.selectFrom('messageDeliveries').select('seq').where('state', '=', 'accepted')
  return (await query.limit(1).execute()).length > 0
}

/** As Linux counts it: VmRSS now, VmHWM at its highest. */
function residentBytes({ pid }: Replica, what: 'VmRSS' | 'VmHWM'): number {
  const kilobytes = new RegExp(`^${what}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) * 1024
}

const inMegabytes = (bytes: number) => Math.round(bytes / megabyte)
