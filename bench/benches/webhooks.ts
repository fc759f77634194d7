import { createHmac, randomUUID } from 'node:crypto'
import { applyFeedback, reportsAtOnceMax } from '../../api/storage/apply-feedback.ts'
import { storeFeedback } from '../../api/storage/inbox.ts'
import type { Feedback } from '../../api/domain/feedback.ts'
import type { Bench } from '../bench.ts'
import { median, rounded, timedMs } from '../measure/numbers.ts'
import { postAll, rawPost } from '../senders/posts.ts'
import { startChild } from '../stage/child.ts'
import { fillHistory } from '../stage/finished.ts'
import { startStage, type Stage } from '../stage/stage.ts'

const mails = 10_000
const eventsPerRound = 20_000
/** Providers repeat themselves: of ten events three are known. */
const duplicates = 0.3

const key = Buffer.from('a secret of thirty-two characters')
const secret = `whsec_${key.toString('base64')}`

type Mail = { messageId: string; seq: number; address: string; name: string }

export const webhooks: Bench = {
  name: 'webhooks',
  about: `Signed events of Resend into one API process over HTTP on a durable database, and applied to their rows; ${100 * duplicates} % are repeats.`,
  minutesMax: 8,
  async run({ rounds }) {
    const stage = await startStage()
    await fillHistory(stage, 0, mails)
    const rows = await mailsOf(stage)
    const api = startChild('bench/stage/webhook-child.ts', [stage.url, secret])
    const { url } = await api.heard<{ url: string }>()

    const taken: number[] = []
    const perCpuSecond: number[] = []
    const forgedTaken: number[] = []
    const applied: number[] = []
    for (let round = 0; round < rounds; round++) {
      const requests = signedEvents(rows, true)
      const before = await api.ask<{ cpuMs: number }>({})
      const { ms, result } = await timedMs(() => postAll(new URL(url), requests))
      const after = await api.ask<{ cpuMs: number }>({})
      if (result.get('200') !== requests.length) throw new Error(`not all were taken: ${JSON.stringify([...result])}`)
      taken.push(rounded((requests.length / ms) * 1000))
      perCpuSecond.push(rounded((requests.length / (after.cpuMs - before.cpuMs)) * 1000))
      const forged = signedEvents(rows, false)
      const refused = await timedMs(() => postAll(new URL(url), forged))
      if (refused.result.get('401') !== forged.length) throw new Error('something forged was taken')
      forgedTaken.push(rounded((forged.length / refused.ms) * 1000))
      applied.push(await applyRound(stage, rows, round))
    }
    await api.stop()
    return {
      figures: [
        {
          ...{ what: 'verified and stored, one API process', unit: 'events/s', rounds: taken },
          ...{ value: median(taken), target: { atLeast: 3000 } },
        },
        {
          what: 'the same, per second of its CPU',
          unit: 'events/s',
          value: median(perCpuSecond),
          rounds: perCpuSecond,
        },
        { what: 'forged and refused', unit: 'requests/s', value: median(forgedTaken), rounds: forgedTaken },
        {
          ...{ what: 'applied to rows and counters', unit: 'events/s', rounds: applied },
          ...{ value: median(applied), target: { atLeast: 5000 } },
        },
      ],
      tables: [],
      notes: ['The client, the API process and PostgreSQL share the cores.'],
    }
  },
}

async function mailsOf({ pool }: Stage): Promise<Mail[]> {
  const { rows } = await pool.query<Mail>(
    `select message_id as "messageId", seq, address, provider_message_id as name from message_deliveries order by random()`,
  )
  return rows
}

/** Events with new names, and among them repeats; signed by us, for the library of the standard takes longer than all that is measured. */
function signedEvents(rows: readonly Mail[], genuine: boolean): Buffer[] {
  const at = new Date()
  const timestamp = String(Math.floor(at.getTime() / 1000))
  const types = ['email.sent', 'email.delivered', 'email.opened']
  const events = Array.from({ length: Math.round(eventsPerRound * (1 - duplicates)) }, (_, n) => {
    const mail = rows[n % rows.length]!
    const data = {
      ...{ email_id: mail.name, message_id: mail.name, from: 'Tidings <hello@tidings.test>', to: [mail.address] },
      ...{
        subject: 'See you soon',
        created_at: at.toISOString(),
        tags: { delivery: `${mail.messageId}_${mail.seq}_1` },
      },
    }
    const body = JSON.stringify({ type: types[n % types.length], created_at: at.toISOString(), data })
    const id = `msg_${randomUUID()}`
    const signature = createHmac('sha256', genuine ? key : 'guessed')
      .update(`${id}.${timestamp}.${body}`)
      .digest('base64')
    const headers = { 'svix-id': id, 'svix-timestamp': timestamp, 'svix-signature': `v1,${signature}` }
    return rawPost('/webhooks/resend', body, { 'content-type': 'application/json', ...headers })
  })
  const repeats = Array.from({ length: eventsPerRound - events.length }, (_, n) => events[(n * 7) % events.length]!)
  return [...events, ...repeats].sort(() => Math.random() - 0.5)
}

/** As the notifier does, a thousand after the other. Each round has other facts for most rows, and every third event tells nothing new. */
async function applyRound(stage: Stage, rows: readonly Mail[], round: number): Promise<number> {
  await stage.pool.query('delete from provider_events')
  await stage.pool.query(
    `update message_deliveries set delivered_at = null, opened_at = null, clicked_at = null, generation = generation`,
  )
  await stage.pool.query('vacuum (analyze) message_deliveries')
  await stage.pool.query('vacuum (analyze) provider_events')
  const kinds = ['delivered', 'opened', 'clicked'] as const
  const isNew = Math.round(eventsPerRound * (1 - duplicates))
  const reports = Array.from({ length: eventsPerRound }, (_, n): Feedback => {
    const known = n < isNew ? n : n - isNew
    const { messageId, seq, address, name } = rows[known % rows.length]!
    const kind = kinds[Math.floor(known / rows.length) % kinds.length]!
    const event = { provider: 'smtp', providerEventId: `${round}-${n}`, kind, happenedAt: new Date(0) }
    return { ...event, messageId, seq, generation: 1, address, providerMessageId: name }
  })
  for (let from = 0; from < reports.length; from += reportsAtOnceMax)
    await storeFeedback(stage.db, reports.slice(from, from + reportsAtOnceMax))
  let noop = 0
  const { ms } = await timedMs(async () => {
    for (;;) {
      const result = await applyFeedback(stage.db, { shard: 1 })
      if (result.taken === 0) return
      noop += result.noop
      if (result.unprocessable > 0) throw new Error('a report was not understood')
    }
  })
  if (noop !== eventsPerRound - isNew) throw new Error(`${noop} events told nothing new`)
  return rounded((eventsPerRound / ms) * 1000)
}
