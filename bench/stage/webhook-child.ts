import { pino } from 'pino'
import { buildApp } from '../../api/http/app.ts'
import { pickProvider } from '../../api/providers/providers.ts'
import { openWebhooks } from '../../api/providers/webhooks.ts'
import { openDatabase } from '../../api/storage/database.ts'
import { publicUrl, secretKey, sender } from './messages.ts'

// A child process: one API process with Resend's webhook open, logging as in production.

const [connectionString = '', webhookSecret = ''] = process.argv.slice(2)
const database = openDatabase({ connectionString, connectionsMax: 20, applicationName: 'tidings-api' })
const picked = pickProvider({})
const app = await buildApp({
  database,
  provider: { ...picked, open: () => picked.open(() => {}) },
  // As many lines as in production, to where nobody reads them.
  logger: pino({ level: 'info' }, pino.destination({ dest: '/dev/null', sync: false })),
  now: () => new Date(),
  webhooks: { readers: openWebhooks({ RESEND_WEBHOOK_SECRET: webhookSecret }) },
  config: {
    ...{ publicUrl, corsOrigins: [], operatorEmails: [], secretKey, undoWindowMs: 0, hostWeeklyLimit: 0 },
    ...{ requireVerifiedEmail: false, apiRatePerMinute: 1_000_000, from: sender, secureCookies: false },
  },
})
const url = await app.listen({ port: 0, host: '127.0.0.1' })

process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ cpuMs: (user + system) / 1000 })
})
process.send?.({ url })
