import { expect, onTestFinished, test } from 'vitest'
import type { Db } from '../../api/storage/database.ts'
import { cloneDatabase } from '../database.ts'
import { startSmtpPeer } from '../peers/smtp-server.ts'
import { allEnded, balance } from './books.ts'
import { startReplica, until, type Replica } from './replica.ts'
import { report } from './report.ts'
import { scaled } from './scale.ts'
import { dueBroadcasts, said } from './storm.ts'

const rounds = scaled(1, 6)
const guestsEach = scaled(200, 1000)
const connections = 5

async function frozenReplicas(policy: 'resend' | 'hold') {
  const database = await cloneDatabase({ connectionsMax: 5 })
  const witness = await startSmtpPeer({ latencyMs: 200, keep: false })
  onTestFinished(() => witness.close())
  await dueBroadcasts(database.db, 2, guestsEach)
  const env = { SMTP_URL: witness.url, SMTP_MAX_CONNECTIONS: String(connections), NOTIFIER_ON_AMBIGUOUS: policy }
  const replicas = [startReplica(database.url, env), startReplica(database.url, env)]

  let unknownWhileFrozen = 0
  for (let round = 0; round < rounds; round++) {
    const enough = ((round + 0.5) * 2 * guestsEach) / (rounds + 1)
    await until(`${enough} mails`, () => witness.count >= enough)
    const frozen = await until('a replica in the middle of it', () => whoHolds(database.db, replicas))
    frozen.kill('SIGSTOP')
    await until('the other one has taken everything over', async () => !(await holdsAnything(database.db, frozen)))
    unknownWhileFrozen = Math.max(unknownWhileFrozen, await unknownRows(database.db))
    frozen.kill('SIGCONT')
  }
  await allEnded(database.db, 120_000)
  // The last to wake up may still be entering what it finds in its sockets.
  for (const replica of replicas) await replica.stop()

  const books = await balance(database.db, witness)
  const noticed = said(replicas)
  const { lost, doubled, unknown, mails } = books
  const figures = {
    frozen: rounds,
    mails,
    lost: lost.length,
    doubled,
    unknown,
    'unknown while frozen': unknownWhileFrozen,
  }
  report('Frozen for longer than the lease (SIGSTOP, SIGCONT)', { policy, ...figures, ...noticed })
  return { books, noticed, unknownWhileFrozen, witness, db: database.db }
}

test('a replica frozen for longer than its lease finds that others went on, doubles nothing under hold, and enters the answers it slept through', async () => {
  const { books, unknownWhileFrozen, witness, noticed, db } = await frozenReplicas('hold')

  expect(noticed.lapses).toBeGreaterThan(0)
  expect(books.lost).toEqual([])
  expect(books.doubled).toBe(0)
  expect(unknownWhileFrozen).toBeGreaterThan(0)
  // Each answer that lay in a sleeping process's sockets is evidence, and settles its row although the claim is long gone.
  expect(await acceptedAddresses(db)).toEqual([...witness.counts.keys()].sort())
  expect(books.unknown).toBeLessThanOrEqual(2 * connections * rounds)
})

test('a replica frozen for longer than its lease doubles at most what it had on the wire under resend, and says so', async () => {
  const { books, noticed } = await frozenReplicas('resend')

  expect(noticed.lapses).toBeGreaterThan(0)
  expect(books.lost).toEqual([])
  expect(books.accepted).toBe(2 * guestsEach)
  expect(books.doubled).toBeLessThanOrEqual(2 * connections * rounds)
  expect(noticed.surprises).toBe(books.doubled)
})

async function whoHolds(db: Db, replicas: Replica[]) {
  for (const replica of replicas) if (replica.isReady() && (await holdsAnything(db, replica))) return replica
  return undefined
}

async function holdsAnything(db: Db, replica: Replica) {
  const query = db
    .selectFrom('sendUnits')
    .select('id')
    .where('leaseOwner', '=', replica.id()!)
    .where('kind', '=', 'send')
  return (await query.limit(1).execute()).length > 0
}

async function unknownRows(db: Db) {
  return (await db.selectFrom('messageDeliveries').select('seq').where('state', '=', 'unknown').execute()).length
}

async function acceptedAddresses(db: Db) {
  const rows = await db.selectFrom('messageDeliveries').select('address').where('state', '=', 'accepted').execute()
  return rows.map(({ address }) => address!).sort()
}
