import type { Bench } from '../bench.ts'
import { cpuUs } from '../measure/cpu.ts'
import { median, rounded } from '../measure/numbers.ts'
import { startChild } from '../stage/child.ts'
import { eventWithGuests, forgetEverything } from '../stage/events.ts'
import { holdExpanded, release } from '../stage/held-message.ts'
import { lastRecordedAt, untilSent } from '../stage/messages.ts'
import { startNotifier } from '../stage/notifier.ts'
import { assertOnceEach, type Received } from '../stage/sink.ts'
import { startStage, type Stage } from '../stage/stage.ts'

type Account = Received & { requests: number }

export const resend: Bench = {
  name: 'resend',
  about: "Batch calls to a server that speaks Resend's API: how fast, and with how many requests?",
  minutesMax: 5,
  async run({ rounds, mails }) {
    const stage = await startStage()
    const runs: Awaited<ReturnType<typeof sendOnce>>[] = []
    for (let round = 0; round < rounds; round++) runs.push(await sendOnce(stage, mails))
    const each = (key: keyof (typeof runs)[number]) => runs.map((run) => rounded(run[key], 1))
    return {
      figures: [
        { what: 'mails/s', unit: 'mails/s', value: median(each('perSecond')), rounds: each('perSecond') },
        {
          what: 'mails in a request',
          unit: 'mails',
          value: median(each('perRequest')),
          rounds: each('perRequest'),
          target: { atLeast: 90 },
        },
        { what: 'notifier CPU per mail', unit: 'us', value: median(each('nodeUs')), rounds: each('nodeUs') },
        { what: 'PostgreSQL CPU per mail', unit: 'us', value: median(each('postgresUs')), rounds: each('postgresUs') },
      ],
      tables: [],
      notes: [
        'At two requests a second, which Resend allows a new account, the requests alone decide: 200 mails a second.',
      ],
    }
  },
}

async function sendOnce(stage: Stage, mails: number) {
  const peer = startChild('bench/stage/resend-child.ts')
  const { url, apiKey } = await peer.heard<{ url: string; apiKey: string }>()
  const notifier = await startNotifier(stage, { RESEND_API_KEY: apiKey, RESEND_BASE_URL: url })
  const event = await eventWithGuests(stage, mails)
  const { messageId } = await holdExpanded(stage, event.id, 'resend')
  await peer.ask({ do: 'reset' })

  const before = { node: cpuUs(notifier.pid), postgres: cpuUs(stage.postgres.pid()) }
  const startedAt = Date.now()
  await release(stage, messageId)
  await untilSent(stage, messageId)
  const used = { node: cpuUs(notifier.pid) - before.node, postgres: cpuUs(stage.postgres.pid()) - before.postgres }

  const endedAt = await lastRecordedAt(stage, messageId, mails)
  const account = await peer.ask<Account>({ do: 'report' })
  assertOnceEach(account, mails, 'the batch path')
  await notifier.stop()
  await peer.stop()
  await forgetEverything(stage)
  return {
    perSecond: (mails / (endedAt - startedAt)) * 1000,
    perRequest: mails / account.requests,
    nodeUs: used.node / mails,
    postgresUs: used.postgres / mails,
  }
}
