import { linkTo } from '../database/link.ts'
import type { Day } from '../day.ts'
import type { Host } from '../party/party.ts'
import { SimProcess, type Skew } from '../time/process.ts'
import { nature } from '../time/timeline.ts'
import { randomOf } from '../time/random.ts'
import { actAsHost, apiProcessName, depsOf, resumeAll } from './host.ts'

/** Hosts and guests act at moments that the seed chooses, each time through an API process of its own. */
export function letHostsAct(day: Day) {
  const { seed, climate, timeline } = day
  const random = randomOf(seed, 'host')
  for (let nth = 0; nth < climate.hostActs; nth++) {
    timeline.after(random.between(0, climate.troubleMs), nature, 'a host acts', () => void actOnce(day, nth))
  }
}

async function actOnce(day: Day, nth: number) {
  const { seed, climate, party, mirror, audience, office } = day
  const random = randomOf(seed, `act ${nth}`)
  const host = random.pick(party.hosts)
  const skew = { aheadMs: random.between(-climate.skewMaxMs, climate.skewMaxMs), rate: 1 }
  // A fault of the database's is an answer of 500: nothing was promised.
  const desk = { deps: apiOf(day, host, skew), host, mirror, random, taken: office.taken }
  const answered = await actAsHost(desk).catch(() => undefined)
  if (answered) audience.onAnswered(answered)
}

/** A message that a host has stopped waits for the host, and a hold for the operator; in the end each lets all go on. */
export function resumeWhatWasStopped(day: Day) {
  for (const host of day.party.hosts) void resumeAll(apiOf(day, host, { aheadMs: 0, rate: 1 }), host, day.mirror)
}

function apiOf({ timeline, server, startsAt, climate }: Day, host: Host, skew: Skew) {
  const process = new SimProcess(apiProcessName(host.id), timeline, skew)
  return depsOf(linkTo(server, process), process, { startsAt, provider: climate.vendor.key })
}
