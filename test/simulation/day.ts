import type { Climate } from './climate.ts'
import { climateOf } from './climate.ts'
import { createWeather } from './database/weather.ts'
import { linkTo, type Server } from './database/link.ts'
import type { Session } from './database/session.ts'
import { Fleet } from './fleet.ts'
import { depsOf } from './host/host.ts'
import { invariants } from './oracle/invariants.ts'
import type { Scene } from './oracle/invariant.ts'
import { Mirror } from './oracle/mirror.ts'
import { chooseEvening, giveParty, type Party } from './party/party.ts'
import { PostOffice } from './provider/post-office.ts'
import { Audience } from './stage.ts'
import { SimProcess } from './time/process.ts'
import { Timeline } from './time/timeline.ts'
import { randomOf } from './time/random.ts'
import type { Trace } from './trace.ts'
import type { PlantedBug } from './bugs/planted-bug.ts'

export type Options = { bug?: PlantedBug; fixed?: Partial<Climate>; trace?: Trace; stepsMax?: number }

/** Everything that a run consists of. */
export type Day = Awaited<ReturnType<typeof prepare>>

/** Sets the stage: the party is given, the watchers have seen it, and nobody is awake yet. */
export async function prepare(session: Session, seed: number, { bug, fixed }: Options) {
  const climate = climateOf(seed, { ...bug?.climate, ...fixed })
  const timeline = new Timeline()
  const { evening, startsAt } = chooseEvening(randomOf(seed, 'evening'))
  const now = () => startsAt.getTime() + timeline.now
  const audience = new Audience()
  const mirror = new Mirror()

  const timeFor = (process: SimProcess) => {
    const instant = now() + (bug?.liesAboutTime?.(process) ?? 0)
    return { at: new Date(Math.floor(instant)), micros: Math.round((instant % 1) * 1000) }
  }
  const calm = createWeather(randomOf(seed, 'calm weather'), timeline, 0)
  const weather = createWeather(randomOf(seed, 'weather'), timeline, climate.databaseTrouble)
  const server: Server = { session, timeline, weather, timeFor }
  const party = await beforehand({ ...server, weather: calm }, { startsAt, provider: climate.vendor.key }, (deps) =>
    giveParty(deps, evening, climate.guests, randomOf(seed, 'party')),
  )

  const office = new PostOffice(climate.vendor, randomOf(seed, 'provider'), now, climate.providerTrouble)
  office.onArrival = audience.onArrival
  office.onReceived = audience.onReceived
  const wrap = bug?.transport ?? ((transport) => transport)
  const fleet = new Fleet({ seed, server, office, climate, audience, wrap })
  const scene: Scene = {
    ...{ mirror, climate, now, session },
    notifierIdOf: (process) => fleet.notifierIdOf(process),
    wasDisturbedSince: (process, ms) => fleet.wasDisturbedSince(process, ms - startsAt.getTime()),
  }
  audience.seat(invariants.map((invariant) => invariant.watch(scene)))
  tellCommitted(session, audience, mirror)
  audience.throwWhatWasFound()
  return { seed, climate, timeline, startsAt, audience, mirror, weather, server, party, office, fleet, scene }
}

type Means = Parameters<typeof depsOf>[2]

/** Runs something of the product before the day begins, as if it were alone in the world. */
async function beforehand(server: Server, means: Means, act: (deps: ReturnType<typeof depsOf>) => Promise<Party>) {
  const { timeline } = server
  const process = new SimProcess('beforehand', timeline, { aheadMs: 0, rate: 1 })
  let party: Party | undefined
  const acting = act(depsOf(linkTo(server, process), process, means)).then((given) => (party = given))
  // A party that could not be given never is: the line runs empty, and the promise says why.
  await timeline.run(() => party !== undefined)
  return acting
}

/** Shows the watchers what was committed, before and after. Answers how many rows. */
export function tellCommitted(session: Session, audience: Audience, mirror: Mirror): number {
  const changes = session.takeChanges()
  if (changes.length > 0) audience.onCommit(changes, () => changes.forEach((change) => mirror.apply(change)))
  return changes.length
}
