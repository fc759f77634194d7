import type { FrequencyCap } from '../../api/domain/frequency-cap.ts'
import type { AmbiguityPolicy } from '../../api/domain/message.ts'
import { randomOf } from './time/random.ts'
import type { Vendor } from './provider/call.ts'
import { vendors } from './provider/post-office.ts'

/** What kind of day it is: everything that a seed decides before the day begins. */
export type Climate = {
  notifiers: number
  vendor: Vendor
  policy: AmbiguityPolicy
  unitSize: number
  linesMax: number
  guests: number
  /** What the provider allows, if it says so. */
  callsPerSecond: number | undefined
  /** How often a guest may be mailed; most days have no cap. */
  frequencyCap: FrequencyCap | undefined
  /** Of the provider's calls and the database's statements, how many go wrong while there is trouble. */
  providerTrouble: number
  databaseTrouble: number
  /** How often fate and the host step in while there is trouble. */
  kills: number
  freezes: number
  stops: number
  outages: number
  hostActs: number
  /** How wrong the machines' clocks are. */
  skewMaxMs: number
  troubleMs: number
}

/** Ten minutes either way, which is what the promise speaks of (I15). */
const skewMaxMs = 10 * 60_000

const twiceADay = { broadcast: { mails: 2, hours: 24 }, reminder: { mails: 3, hours: 24 }, resend: null }

/** `fixed` is for a test that needs a certain day; the rest stays as the seed has it. */
export function climateOf(seed: number, fixed: Partial<Climate> = {}): Climate {
  const random = randomOf(seed, 'climate')
  // Some days are calm in one respect or another, so that each trouble is also met alone.
  const sometimes = (most: number) => (random.chance(0.3) ? 0 : random.whole(1, most))
  const share = (most: number) => (random.chance(0.3) ? 0 : random.between(0, most))
  return {
    notifiers: random.whole(2, 4),
    vendor: random.pick(vendors),
    policy: random.pick(['resend', 'hold'] as const),
    unitSize: random.whole(3, 15),
    linesMax: random.whole(1, 4),
    callsPerSecond: random.pick([undefined, undefined, 3, 10]),
    guests: random.whole(25, 60),
    providerTrouble: share(0.4),
    databaseTrouble: share(0.06),
    kills: sometimes(4),
    freezes: sometimes(3),
    stops: sometimes(2),
    outages: sometimes(2),
    hostActs: sometimes(20),
    skewMaxMs: random.chance(0.3) ? 0 : skewMaxMs,
    troubleMs: random.between(30_000, 150_000),
    frequencyCap: random.pick([undefined, undefined, twiceADay]),
    ...fixed,
  }
}
