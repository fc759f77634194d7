import { pino } from 'pino'
import { buildApp } from '../../api/http/app.ts'
import { pickProvider } from '../../api/providers/providers.ts'
import { createHub } from '../../api/realtime/hub.ts'
import { changesChannel } from '../../api/storage/changes.ts'
import { openDatabase } from '../../api/storage/database.ts'
import { listen } from '../../api/storage/listen.ts'
import { publicUrl, secretKey, sender } from './messages.ts'

// A child process: the API as `cmd/api` runs it, on the database that is named, so that its memory is its own.

const [url = ''] = process.argv.slice(2)
const database = openDatabase({ connectionString: url, connectionsMax: 20, applicationName: 'tidings-bench-api' })
const log = pino({ level: 'warn' })
const hub = createHub({ db: database.db, log })
listen(url, { [changesChannel]: hub.hint })
const picked = pickProvider({})
const app = await buildApp({
  ...{ database, hub, logger: log },
  provider: { ...picked, open: () => picked.open(() => {}) },
  now: () => new Date(),
  config: {
    ...{ publicUrl, corsOrigins: [], operatorEmails: [], secretKey, undoWindowMs: 0, hostWeeklyLimit: 0 },
    ...{ requireVerifiedEmail: false, apiRatePerMinute: 1_000_000, from: sender, secureCookies: false },
  },
})
const base = await app.listen({ port: 0, host: '127.0.0.1', backlog: 4096 })

process.on('message', () => {
  globalThis.gc?.()
  const { rss, heapUsed } = process.memoryUsage()
  process.send?.({ rss, heapUsed, connections: hub.totalConnections(), broadcasts: hub.connections().broadcasts })
})
process.send?.({ base })
