import { createHmac, randomUUID } from 'node:crypto'
import { startChild } from './child.ts'
import { secretKey, sender, publicUrl } from './messages.ts'
import { untilAlive } from './notifier.ts'
import type { Stage } from './stage.ts'

const key = Buffer.from('a secret of thirty-two characters')
export const webhookSecret = `whsec_${key.toString('base64')}`

/** As many as the counters of the audience's messages say were accepted, and more than are opened in any run. */
const mailsEach = 1000

/** The mails of messages: taken by the provider, each with a name of its own, and opened by nobody yet. */
export async function mailsFor({ pool }: Stage, messages: readonly string[]) {
  await pool.query(
    `insert into message_deliveries (message_id, seq, guest_id, address, variables, state, attempt, provider, provider_message_id,
       wired_at, accepted_at, reply)
     select id, n, gen_random_uuid(), 'guest-' || n || '@example.com', '{}', 'accepted', 1, 'resend', id || '.' || n, now(), now(), ''
     from unnest($1::uuid[]) id, generate_series(1, $2::int) n`,
    [messages, mailsEach],
  )
  await pool.query('vacuum (analyze) message_deliveries')
}

/** What applies the reports: a notifier, the process as in production. */
export async function startReporter(stage: Stage) {
  const notifier = startChild('cmd/notifier/main.ts', [], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...{ PATH: process.env.PATH, DATABASE_URL: stage.url, SECRET_KEY: secretKey, LOG_LEVEL: 'warn' },
      ...{ EMAIL_FROM: `${sender.name} <${sender.address}>`, PUBLIC_URL: publicUrl },
      // Nothing is sent here.
      SMTP_URL: 'smtp://127.0.0.1:9',
    },
  })
  await untilAlive(stage, notifier.pid)
  return notifier
}

/** A person opens a mail, and Resend tells it: signed, posted to the webhook. @returns how many have opened it when this one has. */
export function openedByWebhook(webhook: string) {
  const opened = new Map<string, number>()
  return async (_stage: Stage, messageId: string): Promise<number> => {
    const seq = (opened.get(messageId) ?? 0) + 1
    opened.set(messageId, seq)
    const at = new Date()
    const body = JSON.stringify({
      ...{ type: 'email.opened', created_at: at.toISOString() },
      data: {
        ...{ email_id: `${messageId}.${seq}`, to: [`guest-${seq}@example.com`], subject: 'See you soon' },
        ...{ created_at: at.toISOString(), tags: { delivery: `${messageId}_${seq}_1` } },
      },
    })
    const [id, timestamp] = [`msg_${randomUUID()}`, String(Math.floor(at.getTime() / 1000))]
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
    const headers = { 'svix-id': id, 'svix-timestamp': timestamp, 'svix-signature': `v1,${signature}` }
    const answer = await fetch(`${webhook}/webhooks/resend`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    })
    if (answer.status !== 200) throw new Error(`a report was answered with ${answer.status}`)
    await answer.arrayBuffer()
    return seq
  }
}
