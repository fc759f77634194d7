import { hostname } from 'node:os'
import packageJson from '../../package.json' with { type: 'json' }
import { createLinkSigner } from '../../api/content/tokens.ts'
import { fingerprintOf } from '../../api/domain/fingerprint.ts'
import { parseMailbox } from '../../api/domain/mailbox.ts'
import { pickEventApi } from '../../api/providers/event-apis.ts'
import { pickProvider } from '../../api/providers/providers.ts'
import { feedbackChannel } from '../../api/storage/inbox.ts'
import { registerNotifier } from '../../api/storage/notifiers.ts'
import { checkSettings } from '../check-settings.ts'
import { senderFor } from '../environment/sender.ts'
import { createLogger } from '../log.ts'
import { createRegistry, openMetrics } from '../metrics.ts'
import { stopBeforeStart } from '../stop-before-start.ts'
import { createChanges } from './changes.ts'
import { checkClocks } from './check-clocks.ts'
import { systemClock } from './clock.ts'
import { openNotifierDatabase } from './database.ts'
import { readNotifierEnvironment } from './environment.ts'
import { runNotifier } from './loop.ts'
import type { Notifier } from './notifier.ts'
import { pollEvents } from './pipelines/duty.ts'
import { createMeter } from './prometheus.ts'
import { reconcileCounters } from './reconcile.ts'
import { applyReports } from './reports.ts'
import { watchSending } from './watch.ts'

// The notifier daemon: `node cmd/notifier/main.ts`. Any number of replicas share one database and need nothing from each other.

async function main() {
  const env = readNotifierEnvironment(process.env)
  const provider = pickProvider(process.env)
  const eventApi = pickEventApi(process.env)
  const from = parseMailbox(senderFor(provider.key, env))
  const log = createLogger('notifier', env)
  const database = openNotifierDatabase(env.DATABASE_URL)
  const registry = createRegistry('notifier')
  const metrics = await openMetrics(registry, database.db, env)

  await checkClocks(database.db, log)
  const { SECRET_KEY: secretKey, PUBLIC_URL: publicUrl, NOTIFIER_ON_AMBIGUOUS: onAmbiguous } = env
  const { FREQUENCY_CAP: frequencyCap } = env
  const { account } = provider
  const fingerprint = fingerprintOf({
    ...{ secretKey, secretKeyPrevious: env.SECRET_KEY_PREVIOUS, publicUrl, from, frequencyCap, onAmbiguous },
    ...{ account, eventAccount: eventApi?.account },
    ...{ bounceAddress: env.SMTP_BOUNCE_ADDRESS, configurationSet: env.SES_CONFIGURATION_SET },
  })
  const { id, shard } = await registerNotifier(database.db, {
    host: hostname(),
    pid: process.pid,
    version: packageJson.version,
    provider: provider.key,
    providerAccount: account,
    fingerprint,
    eventApi: eventApi?.provider,
  })
  await checkSettings(database.db, log, fingerprint, id)

  const parts: Notifier = {
    ...{ id, shard, from, log, publicUrl },
    db: database.db,
    transport: provider.open((details, words) => log.info(details, words)),
    signer: createLinkSigner({ secretKey, previousSecretKey: env.SECRET_KEY_PREVIOUS }),
    settings: {
      pollIntervalMs: env.NOTIFIER_POLL_INTERVAL_MS,
      leaseMs: env.NOTIFIER_LEASE_MS,
      unitSize: env.NOTIFIER_UNIT_SIZE,
      onAmbiguous,
      frequencyCap,
    },
    clock: systemClock,
    random: Math.random,
    meter: createMeter(registry),
    changes: createChanges({ db: database.db, log, clock: systemClock }),
  }
  const reports = applyReports(parts)
  const notifier = runNotifier(parts, env.DATABASE_URL, { [feedbackChannel]: reports.wake })

  // Beside the sending, and never in its way.
  if (eventApi && provider.key !== 'smtp')
    log.warn(`${eventApi.label} is asked what became of mails, but mails leave through ${provider.label}`)
  const endPolling = eventApi && pollEvents({ ...parts, api: eventApi })
  const endWatching = watchSending(parts)
  const endReconciling = reconcileCounters(parts)

  const stop = async (signal: string) => {
    log.info({ signal }, 'stopping: nothing new starts, and answers to what has left are waited for')
    endWatching()
    await Promise.all([notifier.stop(), reports.stop(), endReconciling(), endPolling?.()])
    await metrics?.close()
    await database.close()
    log.info('stopped')
    process.exit(0)
  }
  process.once('SIGTERM', (signal) => void stop(signal))
  process.once('SIGINT', (signal) => void stop(signal))
  log.info(
    {
      ready: true,
      notifier: id,
      provider: provider.key,
      account,
      events: eventApi?.account,
      metrics: metrics?.address,
    },
    'ready',
  )
}

await main().catch(stopBeforeStart)
