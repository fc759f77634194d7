import { pino } from 'pino'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { eventually, finished, smtpTransport, startNotifier } from '../../test/notifiers.ts'
import { startSmtpPeer } from '../../test/peers/smtp-server.ts'
import { changesChannel, readChanges } from '../../api/storage/changes.ts'
import type { Db } from '../../api/storage/database.ts'
import { createChanges } from './changes.ts'
import type { Clock } from './clock.ts'

/** A clock that stands still until it is told that time has passed. */
function aClock() {
  let asleep: (() => void)[] = []
  const clock: Clock = {
    now: () => 0,
    sleep: (_ms, signal) =>
      new Promise((resolve) => {
        asleep.push(resolve)
        signal?.addEventListener('abort', () => resolve())
        if (signal?.aborted) resolve()
      }),
    nextRound: async () => {},
    every: () => () => {},
  }
  const settle = () => new Promise((resolve) => void setImmediate(resolve))
  return {
    clock,
    settle,
    async pass() {
      for (const wake of asleep.splice(0)) wake()
      await settle()
    },
  }
}

function teller(announce: (messages: readonly string[]) => Promise<void>) {
  const time = aClock()
  const about = { db: {} as Db, log: pino({ level: 'silent' }), clock: time.clock }
  return { ...time, changes: createChanges(about, async (_db, { messages = [] }) => announce(messages)) }
}

test('the first is told at once, and what comes meanwhile with one word later', async () => {
  const told: (readonly string[])[] = []
  const { changes, settle, pass } = teller(async (messages) => void told.push(messages))

  changes.moved(['a'])
  await settle()
  for (let n = 0; n < 1000; n++) changes.moved(['a', 'b'])
  await settle()
  expect(told).toEqual([['a']])
  await pass()
  await pass()
  changes.moved(['c'])
  await settle()

  expect(told).toEqual([['a'], ['a', 'b'], ['c']])
})

test('a word that could not be said is no error of those who send, and the next one is said', async () => {
  const told: (readonly string[])[] = []
  const { changes, settle, pass } = teller(async (messages) => {
    if (messages.includes('a')) throw new Error('away')
    told.push(messages)
  })

  changes.moved(['a'])
  await settle()
  changes.moved(['b'])
  await pass()

  expect(told).toEqual([['b']])
})

test('what is untold at the end is told, without waiting', async () => {
  const told: (readonly string[])[] = []
  const { changes, settle } = teller(async (messages) => void told.push(messages))
  changes.moved(['a'])
  await settle()
  changes.moved(['b'])

  await changes.stop()

  expect(told).toEqual([['a'], ['b']])
})

test('a message that is sent is announced while it goes out and when it is over, and a few times only', async () => {
  const database = await cloneDatabase()
  const peer = await startSmtpPeer()
  onTestFinished(peer.close)
  const heard = await listenTo(database.url)
  const event = await given.event(database.db)
  await given.manyGuests(database.db, event.id, 300)
  const message = await given.dueMessage(database.db, event.id)
  const other = await given.message(database.db, event.id)

  await startNotifier(database, smtpTransport(peer.url))
  const { finishedAt } = await finished(database, message.id)
  await eventually(async () => heard.some(({ at }) => at > finishedAt!.getTime()))

  const ids = heard.flatMap(({ payload }) => readChanges(payload).messages)
  expect(new Set(ids)).toEqual(new Set([message.id]))
  expect(heard.length).toBeGreaterThanOrEqual(2)
  expect(heard.length).toBeLessThan(100)
  expect(ids).not.toContain(other.id)
})

async function listenTo(url: string) {
  const heard: { payload: string; at: number }[] = []
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  onTestFinished(() => client.end())
  client.on('notification', ({ payload = '' }) => void heard.push({ payload, at: Date.now() }))
  client.on('error', () => {})
  await client.query(`listen ${changesChannel}`)
  return heard
}
