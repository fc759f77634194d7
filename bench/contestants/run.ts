import { setTimeout as sleep } from 'node:timers/promises'
import { measureUsage, type Usage } from '../measure/usage.ts'
import { assertOnceEach } from '../stage/sink.ts'
import type { Stage } from '../stage/stage.ts'
import type { Contestant, Load } from './contestant.ts'

export type Run = Usage & { perSecond: number; mailBytes: number; thinkingMs: number }

/** Completions that a library writes behind the last outcome are part of its cost. */
const settleMs = 300

/**
 * One run of one contestant. Measured is from the moment when the mails of the warm-up have arrived until the last outcome is on disk; the CPU
 * time of what follows right after (the last completions) is counted, too. The checkpoint comes before the work is queued, so that none falls into the run and no page
 * is logged in full merely because one did.
 * @throws Error unless each guest got exactly one mail and has exactly one outcome.
 */
export async function runOnce(stage: Stage, contestant: Contestant, load: Load): Promise<Run> {
  await stage.pool.query('checkpoint')
  const started = await contestant.start(stage, load)
  try {
    await stage.sink.reset()
    await started.go()
    if (load.warmUp > 0) await stage.sink.received('example.com', load.warmUp)
    const usageOf = await measureUsage(stage, started.pid)
    const startedAt = Date.now()
    const endedAt = await started.end()
    await sleep(settleMs)
    const measured = load.mails - load.warmUp
    const usage = await usageOf(measured)
    const received = await stage.sink.received('example.com')
    assertOnceEach(received, load.mails, contestant.name)
    const perSecond = (measured / (endedAt - startedAt)) * 1000
    return { ...usage, perSecond, mailBytes: received.bytes / load.mails, thinkingMs: received.thinkingMs }
  } finally {
    await started.stop()
  }
}

/** Each contestant once a round; who begins moves on, so that nobody always runs after the same one. Answers the runs of each. */
export async function runRounds(
  contestants: readonly Contestant[],
  rounds: number,
  run: (contestant: Contestant) => Promise<Run>,
): Promise<Map<Contestant, Run[]>> {
  const runs = new Map<Contestant, Run[]>(contestants.map((each) => [each, []]))
  for (let round = 0; round < rounds; round++) {
    const inTurn = contestants.map((_, place) => contestants[(place + round * turnBy) % contestants.length]!)
    for (const contestant of inTurn) {
      const result = await run(contestant)
      runs.get(contestant)!.push(result)
      console.log(
        `round ${round + 1}  ${contestant.name} (${contestant.sender}): ${Math.round(result.perSecond)} mails/s`,
      )
    }
  }
  return runs
}

/** Not one: the machine's slow phases last longer than one run. */
const turnBy = 5
