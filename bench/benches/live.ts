import { setTimeout as sleep } from 'node:timers/promises'
import { announceChanges } from '../../api/storage/changes.ts'
import type { Bench, Figure } from '../bench.ts'
import { rounded } from '../measure/numbers.ts'
import { startChild, type Child } from '../stage/child.ts'
import { audienceFor } from '../stage/live-audience.ts'
import { mailsFor, openedByWebhook, startReporter, webhookSecret } from '../stage/live-reports.ts'
import type { Seen } from '../stage/live-viewers-child.ts'
import { startStage, type Stage } from '../stage/stage.ts'

const watching = { streams: 1000, messages: 100, changesPerSecond: 200, seconds: 15 }
const crowd = { streams: 8000, messages: 200 }
const idle = { streams: 200, messages: 20, seconds: 20 }
const polled = { viewers: 100, everyMs: 5000, seconds: 20 }

/** A backend that has nothing to do tells what it has counted after ten seconds. */
const statisticsSettleMs = 11_000

/** Makes one figure of a message one more, and answers what it is then. */
export type Trigger = (stage: Stage, messageId: string) => Promise<number>

export const bySql: Trigger = async ({ db, pool }, messageId) => {
  const { rows } = await pool.query(
    'update message_counters set opened = opened + 1 where message_id = $1 and shard = 1 returning opened',
    [messageId],
  )
  await announceChanges(db, { messages: [messageId] })
  return rows[0].opened
}

export const live: Bench = {
  name: 'live',
  about: `From a change, and from a provider's webhook, to the browsers that watch: ${watching.streams} open streams, ${watching.changesPerSecond} changes a second; and what ${crowd.streams} idle ones cost.`,
  minutesMax: 10,
  async run() {
    const stage = await startStage()
    const api = startChild('bench/stage/live-api-child.ts', [stage.url], { execArgv: ['--expose-gc'] })
    const { base } = await api.heard<{ base: string }>()
    const figures = [
      ...(await latencies(stage, base, 'change to frame', bySql)),
      ...(await fromWebhook(stage, base)),
      ...(await commitsWhileIdle(stage, base)),
      ...(await bytesOfViewers(stage, base)),
      ...(await memory(stage, base, api)),
    ]
    return {
      figures,
      tables: [],
      notes: [
        'A webhook is a signed report of an open, posted to a second API process, stored, applied by a notifier and announced; timed from before the POST.',
        'A change is a committed counter and its NOTIFY, timed from before its statement; the frame, when a client in another process has read it.',
        `Polling is one GET every ${polled.everyMs / 1000} s; the streams are told of a change in the same rhythm, and keep-alives are counted.`,
      ],
    }
  },
}

/** The whole way: one API process hears of it, a notifier applies it, and another API process tells who watches. */
async function fromWebhook(stage: Stage, base: string): Promise<Figure[]> {
  const api = startChild('bench/stage/webhook-child.ts', [stage.url, webhookSecret])
  const { url } = await api.heard<{ url: string }>()
  const notifier = await startReporter(stage)
  const figures = await latencies(stage, base, 'webhook to frame', openedByWebhook(url), mailsFor)
  await Promise.all([api.stop(), notifier.stop()])
  return figures
}

type Prepare = (stage: Stage, messages: readonly string[]) => Promise<void>

async function latencies(
  stage: Stage,
  base: string,
  what: string,
  trigger: Trigger,
  prepare: Prepare = async () => {},
): Promise<Figure[]> {
  const { streams, messages, pathOf } = await audienceFor(stage, base, watching)
  await prepare(stage, messages)
  const viewers = viewersChild()
  await viewers.ask({ do: 'open', base, streams, notes: true })
  // Connections are opened and code is compiled before anything is measured.
  await Promise.all(messages.map((messageId) => trigger(stage, messageId)))
  await sleep(1000)
  await viewers.ask({ do: 'report' })
  const changes: Seen[] = []
  const gapMs = 1000 / watching.changesPerSecond
  const under: Promise<void>[] = []
  const startedAt = performance.now()
  for (let n = 0; n < watching.changesPerSecond * watching.seconds; n++) {
    const messageId = messages[(n * 37) % messages.length]!
    const at = performance.timeOrigin + performance.now()
    const change = async () => {
      const opened = await trigger(stage, messageId)
      const path = `${pathOf(messageId)}/stream`
      changes.push({ path, opened, at })
    }
    under.push(change())
    await sleep(Math.max(0, startedAt + (n + 1) * gapMs - performance.now()))
  }
  await Promise.all(under)
  await sleep(1000)
  const seen = await viewers.ask<Seen[]>({ do: 'report' })
  await viewers.ask({ do: 'close' })
  await viewers.stop()
  const waits = waitsOf(changes, seen).sort((a, b) => a - b)
  const expected = changes.length * (watching.streams / watching.messages)
  if (waits.length !== expected) throw new Error(`${waits.length} of ${expected} changes were seen`)
  const at = (share: number) => rounded(waits[Math.ceil(waits.length * share) - 1]!, 1)
  return [
    { what: `${what}, median`, value: at(0.5), unit: 'ms' },
    { what: `${what}, 99th percentile`, value: at(0.99), unit: 'ms', target: { atMost: 100 } },
    { what: `${what}, slowest`, value: at(1), unit: 'ms' },
  ]
}

/** For each change and each of its viewers: until the first frame that holds it. Changes close together come with one frame. */
function waitsOf(changes: readonly Seen[], seen: readonly Seen[]): number[] {
  const changesOf = Map.groupBy(changes, ({ path }) => path)
  const waits: number[] = []
  for (const [path, frames] of Map.groupBy(seen, (frame) => frame.path)) {
    const steps = [...new Set(frames.map(({ opened }) => opened))].sort((a, b) => a - b)
    const framesOf = Map.groupBy(frames, ({ opened }) => opened)
    for (const change of changesOf.get(path) ?? []) {
      const step = steps.find((opened) => opened >= change.opened)
      for (const frame of step === undefined ? [] : framesOf.get(step)!) waits.push(frame.at - change.at)
    }
  }
  return waits
}

async function commitsWhileIdle(stage: Stage, base: string): Promise<Figure[]> {
  const { streams } = await audienceFor(stage, base, idle)
  const viewers = viewersChild()
  await viewers.ask({ do: 'open', base, streams, notes: false })
  await sleep(statisticsSettleMs)
  const before = await commits(stage)
  await sleep(idle.seconds * 1000)
  const after = await commits(stage)
  await viewers.ask({ do: 'close' })
  await viewers.stop()
  const perSecond = rounded((after - before) / idle.seconds, 1)
  return [{ what: `commits while ${idle.streams} streams idle`, value: perSecond, unit: '/s', target: { atMost: 5 } }]
}

async function commits({ pool }: Stage): Promise<number> {
  const { rows } = await pool.query(
    'select xact_commit::int as commits from pg_stat_database where datname = current_database()',
  )
  return rows[0].commits
}

async function bytesOfViewers(stage: Stage, base: string): Promise<Figure[]> {
  const { streams, messages, cookies, pathOf } = await audienceFor(stage, base, {
    streams: polled.viewers,
    messages: 1,
  })
  const viewers = viewersChild()
  await viewers.ask({ do: 'open', base, streams, notes: false })
  const before = await viewers.ask<number>({ do: 'bytes' })
  for (let ms = 0; ms < polled.seconds * 1000; ms += polled.everyMs) {
    await bySql(stage, messages[0]!)
    await sleep(polled.everyMs)
  }
  const streamed = (await viewers.ask<number>({ do: 'bytes' })) - before
  await viewers.ask({ do: 'close' })
  await viewers.stop()
  const answer = await fetch(base + pathOf(messages[0]!), { headers: { cookie: cookies[0]! } })
  const headers = [...answer.headers].reduce((sum, [name, value]) => sum + name.length + value.length + 4, 17)
  const bytes =
    (headers + (await answer.arrayBuffer()).byteLength) * polled.viewers * ((polled.seconds * 1000) / polled.everyMs)
  const kilobytes = (sum: number) => rounded(sum / 1000 / polled.seconds, 1)
  return [
    { what: `${polled.viewers} viewers, streamed`, value: kilobytes(streamed), unit: 'kB/s' },
    {
      what: `${polled.viewers} viewers, polled, without the requests themselves`,
      value: kilobytes(bytes),
      unit: 'kB/s',
    },
  ]
}

type Memory = { rss: number; heapUsed: number; connections: number }

async function memory(stage: Stage, base: string, api: Child): Promise<Figure[]> {
  const { streams } = await audienceFor(stage, base, crowd)
  const before = await api.ask<Memory>({ do: 'memory' })
  const half = streams.length / 2
  const children = [streams.slice(0, half), streams.slice(half)].map((part) => ({ part, child: viewersChild() }))
  await Promise.all(children.map(({ part, child }) => child.ask({ do: 'open', base, streams: part, notes: false })))
  await sleep(statisticsSettleMs)
  const after = await api.ask<Memory>({ do: 'memory' })
  if (after.connections !== streams.length) throw new Error(`${after.connections} of ${streams.length} are open`)
  const each = (key: 'rss' | 'heapUsed') => rounded((after[key] - before[key]) / streams.length / 1024, 1)
  return [
    { what: `memory of one of ${crowd.streams} idle connections`, value: each('rss'), unit: 'KiB' },
    { what: 'of it on the heap', value: each('heapUsed'), unit: 'KiB' },
  ]
}

const viewersChild = () => startChild('bench/stage/live-viewers-child.ts')
