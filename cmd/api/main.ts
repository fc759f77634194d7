import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fingerprintOf } from '../../api/domain/fingerprint.ts'
import { parseMailbox } from '../../api/domain/mailbox.ts'
import { buildApp } from '../../api/http/app.ts'
import type { AppConfig } from '../../api/http/deps.ts'
import { createHub } from '../../api/realtime/hub.ts'
import { changesChannel } from '../../api/storage/changes.ts'
import { describeProviders, pickProvider } from '../../api/providers/providers.ts'
import { openWebhooks } from '../../api/providers/webhooks.ts'
import { openDatabase } from '../../api/storage/database.ts'
import { listen } from '../../api/storage/listen.ts'
import { checkSettings } from '../check-settings.ts'
import { senderFor } from '../environment/sender.ts'
import { createLogger } from '../log.ts'
import { createRegistry, openMetrics } from '../metrics.ts'
import { stopBeforeStart } from '../stop-before-start.ts'
import { readApiEnvironment } from './environment.ts'
import { measureRequests } from './http-figures.ts'
import { createRealtimeMeter, showConnections } from './realtime-figures.ts'
import { countWebhooks } from './webhook-figures.ts'

// The API and the web app: `node cmd/api/main.ts`. Any number of replicas share one database and need nothing from each other.

/** PostgreSQL's default of 100 connections is shared by all replicas and notifiers. */
const connectionsMax = 20

/** Requests under way get this long after SIGTERM; then the connections are cut. */
const farewellMs = 10_000

const webRoot = join(import.meta.dirname, '../../web/dist')

async function main() {
  const env = readApiEnvironment(process.env)
  const picked = pickProvider(process.env)
  const readers = openWebhooks(process.env)
  const from = parseMailbox(senderFor(picked.key, env))
  const log = createLogger('api', env)
  const database = openDatabase({
    connectionString: env.DATABASE_URL,
    connectionsMax,
    applicationName: 'tidings-api',
  })
  const registry = createRegistry('api')
  const hub = createHub({ db: database.db, log, meter: createRealtimeMeter(registry) })
  const endListening = listen(env.DATABASE_URL, { [changesChannel]: hub.hint })
  const config: AppConfig = {
    from,
    publicUrl: env.PUBLIC_URL,
    corsOrigins: env.CORS_ORIGINS,
    operatorEmails: env.OPERATOR_EMAILS,
    secretKey: env.SECRET_KEY,
    secretKeyPrevious: env.SECRET_KEY_PREVIOUS,
    bounceAddress: env.SMTP_BOUNCE_ADDRESS,
    configurationSet: env.SES_CONFIGURATION_SET,
    undoWindowMs: env.UNDO_WINDOW_MS,
    hostWeeklyLimit: env.HOST_WEEKLY_LIMIT,
    frequencyCap: env.FREQUENCY_CAP,
    requireVerifiedEmail: env.REQUIRE_VERIFIED_EMAIL,
    apiRatePerMinute: env.API_RATE_PER_MINUTE,
    secureCookies: env.PUBLIC_URL.startsWith('https://'),
  }
  const app = await buildApp({
    database,
    hub,
    provider: { ...picked, open: () => picked.open((entry, text) => log.info(entry, text)) },
    providerSetups: describeProviders(process.env),
    logger: log,
    webhooks: { readers, count: countWebhooks(registry) },
    now: () => new Date(),
    webRoot: existsSync(join(webRoot, 'index.html')) ? webRoot : undefined,
    config,
  })
  void checkSettings(database.db, log, fingerprintOf({ ...config, account: picked.account }))
  measureRequests(app, registry)
  showConnections(registry, hub)
  const metrics = await openMetrics(registry, database.db, env)

  let stopping = false
  async function stop(signal: string) {
    if (stopping) return
    stopping = true
    log.info({ signal }, 'stopping: requests under way are answered')
    setTimeout(() => process.exit(1), farewellMs).unref()
    await Promise.all([app.close(), endListening()])
    await metrics?.close()
    await database.close()
    log.info('stopped')
    process.exit(0)
  }
  process.on('SIGTERM', () => void stop('SIGTERM'))
  process.on('SIGINT', () => void stop('SIGINT'))

  const address = await app.listen({ port: env.PORT, host: env.HOST })
  const metricsAt = metrics?.address
  const ready = { ready: true, address, publicUrl: env.PUBLIC_URL, provider: picked.key, metrics: metricsAt }
  log.info({ ...ready, webhooks: [...readers.keys()] }, 'ready')
}

await main().catch(stopBeforeStart)
