import { fork } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { compileMessage } from '../api/content/compile.ts'
import { createLinkSigner } from '../api/content/tokens.ts'
import { freezeContent } from '../api/storage/frozen-content.ts'
import { ask, startChild, stopChild } from './child.ts'
import { eventWithGuests, median, type SinkReport, type Stage } from './stage.ts'

// From due to accepted: one notifier process against nodemailer's pool, the same mails, the same sink, in turns.

const mails = 10_000
const connections = 10
const rounds = 3
const secretKey = 'a key for the benchmark, long enough for it'
const words = {
  subject: 'See you soon, {{guest_name}}',
  body: 'Hi {{guest_name}},\n\n**{{event_name}}** is on {{event_date}} at {{venue}}.\n\n- Bring a bottle\n- Bring a friend\n\n[Your answer]({{rsvp_link}})',
}

export async function benchSending(stage: Stage) {
  const { event } = await eventWithGuests(stage, mails)
  const partsFile = await writeParts(event)
  const ours: number[] = []
  const raws: number[] = []
  const cpu: { ours: number[]; raw: number[] } = { ours: [], raw: [] }
  for (let round = 0; round < rounds; round++) {
    const raw = await sendRaw(stage, partsFile)
    raws.push(raw.perSecond)
    cpu.raw.push(raw.cpuUs)
    const our = await sendOurs(stage, event.id)
    ours.push(our.perSecond)
    cpu.ours.push(our.cpuUs)
  }
  const ratios = ours.map((value, round) => value / raws[round]!)
  return {
    rows: [
      ['nodemailer pool, no database', raws, cpu.raw],
      ['one notifier, due to accepted', ours, cpu.ours],
    ] as const,
    ratio: median(ratios),
    ratios,
  }
}

async function writeParts(event: Parameters<typeof freezeContent>[0]['event']) {
  const content = freezeContent({
    message: { kind: 'broadcast', ...words },
    event,
    host: { name: 'Maren Holt', email: 'maren@example.org' },
    from: { name: 'Tidings', address: 'hello@tidings.test' },
    publicUrl: 'http://localhost:3000',
    firedAt: new Date(),
  })
  const compiled = await compileMessage(content, { signer: createLinkSigner({ secretKey }) })
  const mail = compiled.mailFor({
    messageId: event.id,
    seq: 1,
    generation: 1,
    guestId: event.id,
    address: 'guest-0@example.com',
    variables: { name: 'Guest 0', linkVersion: 1 },
  })
  const file = join(tmpdir(), `tidings-bench-parts-${process.pid}.json`)
  await writeFile(file, JSON.stringify(mail.parts()))
  return file
}

async function sendRaw({ sink }: Stage, partsFile: string) {
  const args = [String(sink.port), String(connections), String(mails), partsFile]
  const { child } = await startChild('./raw-pool.ts', args)
  sink.child.send('reset')
  const startedAt = Date.now()
  const { cpuMs } = await ask<{ cpuMs: number }>(child, 'go')
  const report = await ask<SinkReport>(sink.child, 'report')
  await stopChild(child)
  return { perSecond: (mails / (report.lastAt - startedAt)) * 1000, cpuUs: (cpuMs * 1000) / mails }
}

async function sendOurs(stage: Stage, eventId: string) {
  const notifier = fork('cmd/notifier/main.ts', {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: {
      ...{ PATH: process.env.PATH, DATABASE_URL: stage.url, SECRET_KEY: secretKey, LOG_LEVEL: 'warn' },
      ...{ SMTP_URL: `smtp://127.0.0.1:${stage.sink.port}`, SMTP_MAX_CONNECTIONS: String(connections) },
      ...{ EMAIL_FROM: 'Tidings <hello@tidings.test>', PUBLIC_URL: 'http://localhost:3000' },
    },
  })
  await eventuallyAlive(stage)
  await warmUp(stage)
  stage.sink.child.send('reset')
  const before = await cpuSeconds(notifier.pid!)
  const startedAt = Date.now()
  await dueNow(stage, eventId)
  const report = await untilSink(stage, mails)
  await untilNothingIsSending(stage)
  const cpuUs = ((await cpuSeconds(notifier.pid!)) - before) * (1e6 / mails)
  await stopChild(notifier)
  if (report.doubled > 0) throw new Error(`${report.doubled} guests were mailed twice`)
  return { perSecond: (mails / (report.lastAt - startedAt)) * 1000, cpuUs }
}

/** The peer is warm when it is measured, so the notifier is too: a small message first. */
async function warmUp(stage: Stage) {
  const { event } = await eventWithGuests(stage, 300)
  stage.sink.child.send('reset')
  await dueNow(stage, event.id)
  await untilSink(stage, 300)
  await untilNothingIsSending(stage)
}

async function dueNow({ pool }: Stage, eventId: string) {
  await pool.query(
    `with due as (
       insert into scheduled_messages (event_id, kind, audience, subject, body, status, send_at)
       values ($1, 'broadcast', '{everyone}', $2, $3, 'scheduled', now()) returning id)
     select pg_notify('tidings_due', '') from due`,
    [eventId, words.subject, words.body],
  )
}

async function untilSink({ sink }: Stage, count: number) {
  for (;;) {
    const report = await ask<SinkReport>(sink.child, 'report')
    if (report.mails >= count) return report
    await sleep(50)
  }
}

async function untilNothingIsSending({ pool }: Stage) {
  for (;;) {
    const { rows } = await pool.query(
      `select from scheduled_messages where status = 'sending' or (status = 'scheduled' and send_at <= now())`,
    )
    if (rows.length === 0) return
    await sleep(20)
  }
}

async function eventuallyAlive({ pool }: Stage) {
  for (;;) {
    const { rows } = await pool.query('select from notifiers where stopped_at is null')
    if (rows.length > 0) return
    await sleep(20)
  }
}

/** User and system time of a process so far; Linux only, NaN elsewhere. */
async function cpuSeconds(pid: number) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}
