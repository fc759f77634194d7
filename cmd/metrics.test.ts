import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../api/storage/database.ts'
import { holdSending } from '../api/storage/hold.ts'
import { registerNotifier } from '../api/storage/notifiers.ts'
import { cloneDatabase } from '../test/database.ts'
import * as given from '../test/given.ts'
import { sendingMessage } from '../test/sending.ts'
import { startChild } from './demo/child.ts'
import { freePortFrom } from './demo/ports.ts'
import { createRegistry, openMetrics } from './metrics.ts'
import { serveMetrics } from './metrics-server.ts'
import { createSendingGauges } from './sending-gauges.ts'

const anyPort = 0
const HOST = '127.0.0.1'

test('figures of sending and of the process are served as text, and nothing else is', async () => {
  const database = await cloneDatabase()
  const event = await given.event(database.db)
  const { message } = await sendingMessage(database.db, event.id, 7)
  await database.db.updateTable('scheduledMessages').set({ provider: 'ses' }).where('id', '=', message.id).execute()
  const identity = { host: 'box', pid: 41, version: '1', provider: 'smtp', providerAccount: 'a' }
  await registerNotifier(database.db, identity)
  await holdSending(database.db, { reason: null, heldBy: 'root@box' })
  const address = await opened(database)

  const { status, text, type } = await read(address)

  expect([status, type]).toEqual([200, expect.stringContaining('text/plain')])
  const lines = text.split('\n')
  expect(lines).toContain('tidings_database_up{process="notifier"} 1')
  expect(lines).toContain('tidings_sending_held{process="notifier"} 1')
  expect(lines).toContain('tidings_queued_deliveries{process="notifier"} 7')
  expect(lines).toContain('tidings_open_units{process="notifier"} 1')
  expect(lines).toContain('tidings_inbox_reports{process="notifier"} 0')
  expect(lines).toContain('tidings_inbox_lag_seconds{process="notifier"} 0')
  expect(lines).toContain('tidings_stranded_messages{provider="ses",process="notifier"} 1')
  expect(lines).toContain('tidings_notifiers_alive{provider="smtp",process="notifier"} 1')
  expect(text).toMatch(/^tidings_heartbeat_age_seconds\{host="box",pid="41",process="notifier"\} [\d.]+$/m)
  expect(text).toMatch(/^process_resident_memory_bytes\{process="notifier"\} \d+$/m)
  expect(text).not.toMatch(/@|guest|Summer/i)
  expect((await read(address.replace('/metrics', '/'))).status).toBe(404)
})

test('with no notifier alive a figure says 0, so that an alarm can go off', async () => {
  const database = await cloneDatabase()
  const address = await opened(database)
  const figures = async () =>
    (await read(address)).text.split('\n').filter((line) => line.startsWith('tidings_notifiers_alive'))

  const before = await figures()
  await registerNotifier(database.db, { host: 'box', pid: 41, version: '1', provider: 'smtp', providerAccount: 'a' })
  const alive = await figures()
  await database.db
    .updateTable('notifiers')
    .set({ seenAt: new Date(Date.now() - 600_000) })
    .execute()

  expect(before).toEqual(['tidings_notifiers_alive{provider="none",process="notifier"} 0'])
  expect(alive).toEqual(['tidings_notifiers_alive{provider="smtp",process="notifier"} 1'])
  expect(await figures()).toEqual(before)
})

test('with the database away the figures say so, and the process its own', async () => {
  const database = await cloneDatabase()
  const address = await opened({ ...database, db: (await closed()).db })

  const { status, text } = await read(address)

  expect(status).toBe(200)
  expect(text).toMatch(/^tidings_database_up\{process="notifier"\} 0$/m)
})

test('a port that another process has is told in one line that names the variable', async () => {
  const database = await cloneDatabase()
  const address = await opened(database)
  const METRICS_PORT = Number(new URL(address).port)

  const second = openMetrics(createRegistry('api'), database.db, { METRICS_PORT, HOST })

  await expect(second).rejects.toThrow(
    /^METRICS_PORT \d+ on 127\.0\.0\.1 is taken already\. On one machine each process/,
  )
})

test('without METRICS_PORT nothing listens', async () => {
  const { db } = await cloneDatabase()

  expect(await openMetrics(createRegistry('api'), db, { METRICS_PORT: anyPort, HOST })).toBeUndefined()
})

async function opened({ db }: Pick<Awaited<ReturnType<typeof cloneDatabase>>, 'db'>) {
  const registry = createRegistry('notifier')
  const server = await serveMetrics(registry, createSendingGauges(db, registry), { port: anyPort, host: HOST })
  onTestFinished(server.close)
  return server.address
}

async function read(address: string) {
  const response = await fetch(address)
  return { status: response.status, text: await response.text(), type: response.headers.get('content-type') }
}

async function closed() {
  const database = openDatabase({ connectionString: 'postgres://nobody@127.0.0.1:9/none' })
  onTestFinished(database.close)
  return database
}

test('a notifier listens on METRICS_PORT alone, and an API that is given the same port stops with that line', async () => {
  const database = await cloneDatabase()
  const [port, metricsPort] = [await freePortFrom(0), await freePortFrom(0)]
  const env = {
    ...{ PATH: process.env.PATH, NODE_ENV: 'test', DATABASE_URL: database.url, SECRET_KEY: 'a'.repeat(32) },
    ...{ PORT: String(port), METRICS_PORT: String(metricsPort) },
  }
  const start = (name: string, script: string) => {
    const child = startChild({
      name,
      script,
      env,
      logFile: join(tmpdir(), `tidings-metrics-${name}-${metricsPort}.log`),
    })
    onTestFinished(child.stop)
    return child
  }
  await start('notifier', 'cmd/notifier/main.ts').ready

  const { text } = await read(`http://127.0.0.1:${metricsPort}/metrics`)
  const api = start('api', 'cmd/api/main.ts')

  expect(text).toContain('tidings_recorded_total{outcome="accepted",process="notifier"} 0')
  expect(text).toContain('tidings_double_send_detected_total{process="notifier"} 0')
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow('fetch failed')
  await expect(api.ready).rejects.toThrow(/METRICS_PORT \d+ on 127\.0\.0\.1 is taken already/)
})
