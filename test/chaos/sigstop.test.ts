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
    const frozen = await until('a replica that froze in the middle of it', () =>
      frozenWithMailsOut(database.db, replicas),
    )
    await until('the other one has taken everything over', async () => !(await holdsAnything(database.db, frozen)))
    // Whoever takes a unit over settles its rows right after.
    if (policy === 'hold') await until('its mails are in doubt', async () => (await unknownRows(database.db)) > 0)
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
  const { books, unknownWhileFrozen, witness, db } = await frozenReplicas('hold')

  expect(books.lost).toEqual([])
  expect(books.doubled).toBe(0)
  expect(unknownWhileFrozen).toBeGreaterThan(0)
  // Each answer that lay in a sleeping process's sockets is evidence, and settles its row although the claim is long gone.
  expect(await acceptedAddresses(db)).toEqual([...witness.counts.keys()].sort())
  expect(books.unknown).toBeLessThanOrEqual(2 * connections * rounds)
})

test('a replica frozen for longer than its lease doubles at most what it had on the wire under resend, and says so', async () => {
  const { books, noticed } = await frozenReplicas('resend')

  expect(books.lost).toEqual([])
  expect(books.accepted).toBe(2 * guestsEach)
  expect(books.doubled).toBeLessThanOrEqual(2 * connections * rounds)
  expect(noticed.surprises).toBe(books.doubled)
})

/** Freezes a replica that has mails on the wire; one that got its answers at that very moment goes on. */
async function frozenWithMailsOut(db: Db, replicas: Replica[]) {
  for (const replica of replicas) {
    if (!replica.isReady() || !(await hasMailsOut(db, replica))) continue
    replica.kill('SIGSTOP')
    if (await hasMailsOut(db, replica)) return replica
    replica.kill('SIGCONT')
  }
  return undefined
}

async function hasMailsOut(db: Db, replica: Replica) {
  const query = db
    .selectFrom('sendUnits as u')
    .innerJoin('messageDeliveries as d', 'd.messageId', 'u.messageId')
    .select('d.seq')
    .whereRef('d.seq', '>=', 'u.lo')
    .whereRef('d.seq', '<=', 'u.hi')
    .where('u.leaseOwner', '=', replica.id()!)
    .where('u.kind', '=', 'send')
    .where('d.state', '=', 'wired')
  return (await query.limit(1).execute()).length > 0
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
