import type { Bench } from '../bench.ts'
import { alone } from '../contestants/children.ts'
import { ours } from '../contestants/ours.ts'
import { runOnce, runRounds, type Run } from '../contestants/run.ts'
import { median, rounded } from '../measure/numbers.ts'
import { startStage } from '../stage/stage.ts'

/** What a relay in the same country takes to answer the final dot. */
const latencyMs = 20

/** Their ceiling is 2,500 mails a second; more would be limited by this machine and not by the waiting. */
const connections = 50

export const latency: Bench = {
  name: 'latency',
  about: `A server that thinks ${latencyMs} ms about each mail: what share of its connections do we keep busy?`,
  minutesMax: 5,
  async run({ rounds, mails }) {
    const stage = await startStage({ latencyMs })
    const contestants = [
      ours,
      alone("nodemailer's pool alone, no database", 'pool'),
      alone('our SMTP sender alone', 'lean'),
    ]
    const runs = await runRounds(contestants, rounds, (each) => runOnce(stage, each, { mails, warmUp: 0, connections }))
    const shares = new Map(
      [...runs].map(([who, each]) => [who, each.map((run) => rounded(run.perSecond / ceilingOf(run), 2))]),
    )
    const own = shares.get(ours)!
    return {
      figures: [
        {
          what: `share of what ${connections} connections can carry`,
          unit: 'x',
          value: median(own),
          rounds: own,
          target: { atLeast: 0.9 },
        },
      ],
      tables: [
        {
          title: `${connections} connections; at most ${connections / (latencyMs / 1000)} mails/s if the server were never late`,
          columns: ['who', 'mails/s', 'server took ms', 'share', 'rounds'],
          rows: [...runs].map(([who, each]) => [
            who.name,
            Math.round(median(each.map((run) => run.perSecond))),
            rounded(median(each.map((run) => run.thinkingMs)), 1),
            median(shares.get(who)!),
            shares.get(who)!.join(' '),
          ]),
        },
      ],
    }
  },
}

/** By how long the server really took: its timers are late on a busy machine, and that is not the sender's doing. */
function ceilingOf({ thinkingMs }: Run) {
  return connections / (thinkingMs / 1000)
}
