import { Session } from './database/session.ts'
import { emptyWorld } from './database/schema.ts'
import { Planter } from './bugs/planted-bug.ts'
import type { Climate } from './climate.ts'
import { prepare, tellCommitted, type Day, type Options } from './day.ts'
import { endStateOf, isQuiet } from './ending.ts'
import { dealBlows } from './fate.ts'
import { letHostsAct, resumeWhatWasStopped } from './host/hosts.ts'
import { nature } from './time/timeline.ts'
import { randomOf } from './time/random.ts'
import { Trace } from './trace.ts'

/**
 * # Deterministic simulation of the delivery engine
 *
 * One call of `simulate` is one day of sending: two to four notifiers (the product's own daemon, `cmd/notifier`), an API, a provider and
 * a PostgreSQL, for some minutes of virtual time. The database is real, and so is every line of the engine; what is not real is time, the
 * network between them, and chance. A seed decides all three: when each statement arrives, who is killed or frozen and when, which
 * answers are lost, what the provider is in the mood for, what hosts and guests do meanwhile. Then the faults stop, and the run goes on until
 * everything has come to its end. All along, sixteen invariants (`oracle/`) judge what was committed and what reached the provider.
 *
 * **Replay a seed**: `make simulate SEED=4711`, and with `TRACE=1` every step of it is told. The same seed on the same commit is the same
 * run, statement by statement. `make simulate SEEDS=500` runs five hundred fresh ones.
 *
 * **How it stays repeatable**: nothing happens but on the `Timeline`, one happening after the other. Each statement, and each transaction as
 * a whole, is one happening, so PostgreSQL never has two things to do at once. Its clock and its ids are the simulation's (`database/schema.ts`).
 * What that leaves out: waits for locks, and whatever depends on two statements that really overlap. The chaos tests, with real processes, have those.
 *
 * **How we know that the oracle sees anything**: `bugs/` plants one bug per invariant, and a test wants each to be caught.
 */
export async function simulate(url: string, seed: number, options: Options = {}): Promise<Outcome> {
  const { bug, trace = new Trace() } = options
  const planter = new Planter(bug)
  const session = await Session.open(url, planter.rewrite)
  try {
    await session.ask(emptyWorld)
    const day = await prepare(session, seed, options)
    await live(day, trace, options)
    await day.audience.atEnd()
    const summary = {
      seed,
      climate: day.climate,
      steps: trace.steps,
      statements: session.statements,
      virtualMs: day.timeline.now,
    }
    return { ...summary, unmet: planter.unmet(), digest: trace.digest(), endState: endStateOf(day.mirror) }
  } finally {
    await session.close()
  }
}

export type Outcome = {
  seed: number
  climate: Climate
  steps: number
  statements: number
  virtualMs: number
  /** Statements that a planted bug looked for and never saw. */
  unmet: string[]
  /** Of the whole story. */
  digest: string
  /** Of what the rows were in the end, whatever led there. */
  endState: string
}

/** When faults have stopped: the longest wait between tries is half an hour, and a claim and a poll come on top. */
const endsWithinMs = 75 * 60_000

/** Long days have had thirteen thousand; what goes on after so many goes round in circles, and the watcher of I5 says where. */
const stepsMax = 60_000

/** An act that began in the last moment of trouble is over by then. */
const lastActsMs = 5_000

async function live(day: Day, trace: Trace, options: Options): Promise<void> {
  const { timeline, climate, audience, mirror, server, fleet, weather, office, seed } = day
  timeline.onStep = ({ at, actor, what }) => {
    const changed = tellCommitted(server.session, audience, mirror)
    trace.add(at, actor, changed > 0 ? `${what} (${changed} rows)` : what)
    audience.throwWhatWasFound()
  }
  audience.onLine = (process, line) => trace.add(timeline.now, process, `says: ${line}`)
  fleet.start()
  dealBlows(fleet, weather, timeline, randomOf(seed, 'fate'), climate)
  letHostsAct(day)
  let isCalm = false
  timeline.after(climate.troubleMs, nature, 'all is well from now on', () => {
    weather.clear()
    office.calmDown()
  })
  timeline.after(climate.troubleMs + lastActsMs, nature, 'hosts resume what they stopped', () => {
    isCalm = true
    resumeWhatWasStopped(day)
  })
  const untilMs = climate.troubleMs + endsWithinMs
  await timeline.run(() => isCalm && isQuiet(mirror, day.scene.now()), {
    untilMs,
    stepsMax: options.stepsMax ?? stepsMax,
  })
}
