import { setTimeout as sleep } from 'node:timers/promises'
import { startChild, type Child } from './child.ts'
import { eventWithGuests, type Tables } from './events.ts'
import { messageDueNow, publicUrl, secretKey, sender, untilSent } from './messages.ts'

/** Compiled code, full caches and open connections, as a notifier has after its first message. */
const warmUpMails = 1000

/** One notifier, the process as in production, warmed up by a message of its own. `provider` is its part of the environment. */
export async function startNotifier(stage: Tables & { url: string }, provider: Record<string, string>): Promise<Child> {
  const notifier = startChild('cmd/notifier/main.ts', [], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...{ PATH: process.env.PATH, DATABASE_URL: stage.url, SECRET_KEY: secretKey, LOG_LEVEL: 'warn' },
      ...{ EMAIL_FROM: `${sender.name} <${sender.address}>`, PUBLIC_URL: publicUrl },
      ...provider,
    },
  })
  await untilAlive(stage, notifier.pid)
  const event = await eventWithGuests(stage, warmUpMails, 'warm-up.test')
  await untilSent(stage, await messageDueNow(stage, event.id))
  return notifier
}

export function overSmtp(url: string, connections: number) {
  return { SMTP_URL: url, SMTP_MAX_CONNECTIONS: String(connections) }
}

const aliveWithinMs = 30_000

/** Until a process has registered as a notifier. */
export async function untilAlive({ pool }: Tables, pid: number) {
  for (const startedAt = Date.now(); Date.now() - startedAt < aliveWithinMs; await sleep(20)) {
    const { rows } = await pool.query('select from notifiers where pid = $1 and stopped_at is null', [pid])
    if (rows.length > 0) return
  }
  throw new Error('the notifier did not start')
}
