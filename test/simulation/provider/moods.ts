import type { Mail } from '../../../api/domain/mail.ts'
import type { SendResult } from '../../../api/domain/send-result.ts'
import type { Random } from '../time/random.ts'
import { accept, type Call, type Reply, type Vendor } from './call.ts'

/** What a provider may do with a call; one entry each. `takes` says of each mail whether a guest gets it. */
export type Mood = {
  name: string
  /** How often, among the troubles. */
  weight: number
  onlyFor?: (call: Call, vendor: Vendor) => boolean
  answer(call: Call, random: Random, idOf: (mail: Mail) => string): Reply & { takes: boolean[] }
}

/** Providers and their timeouts as our transports have them: Resend 15 s, SMTP's final dot much longer. */
const lostAfterMs = { min: 10_000, max: 40_000 }

const all = (call: Call, result: () => SendResult) => call.mails.map(result)
const taken = (call: Call, isTaken: boolean) => call.mails.map(() => isTaken)

/** The way of a good day. */
export const plainly: Mood = {
  name: 'takes it',
  weight: 0,
  answer: (call, random, idOf) => ({
    takes: taken(call, true),
    results: call.mails.map((mail) => accept(idOf(mail))),
    afterMs: random.between(5, 60),
  }),
}

const slowly: Mood = {
  name: 'takes it, and answers after our lease has ended',
  weight: 1,
  answer: (call, random, idOf) => ({
    takes: taken(call, true),
    results: call.mails.map((mail) => accept(idOf(mail))),
    afterMs: random.between(15_000, 70_000),
  }),
}

const losingTheAnswer: Mood = {
  name: 'takes it, and the answer is lost (F14, F32)',
  weight: 3,
  answer: (call, random) => ({
    takes: taken(call, true),
    results: all(call, () => ({ kind: 'unknown', reason: 'the line died after we spoke' })),
    afterMs: random.between(lostAfterMs.min, lostAfterMs.max),
    isLost: true,
  }),
}

const losingTheCall: Mood = {
  name: 'loses it, and nobody knows',
  weight: 2,
  answer: (call, random) => ({
    takes: taken(call, false),
    results: all(call, () => ({ kind: 'unknown', reason: 'the line died after we spoke' })),
    afterMs: random.between(20, lostAfterMs.max),
    isLost: true,
  }),
}

const askingForPatience: Mood = {
  name: 'asks to try later (F2, F16)',
  weight: 3,
  answer: (call, random) => {
    const afterMs = random.between(1000, 8000)
    return {
      takes: taken(call, false),
      results: all(call, () => ({ kind: 'tryLater', reason: 'try again later', afterMs })),
      afterMs: 20,
    }
  },
}

const throttling: Mood = {
  name: 'asks to slow down (F30, F40)',
  weight: 2,
  answer: (call, random) => {
    const kind = random.chance(0.7) ? 'throttled' : 'overQuota'
    const afterMs = random.between(1000, 9000)
    return { takes: taken(call, false), results: all(call, () => ({ kind, reason: 'too fast', afterMs })), afterMs: 10 }
  },
}

const refusingOne: Mood = {
  name: 'refuses a recipient for good (F4, F6)',
  weight: 2,
  onlyFor: (call) => call.mails.length === 1,
  answer: () => ({
    takes: [false],
    results: [{ kind: 'rejected', reason: 'nobody here by that name', badAddress: true }],
    afterMs: 15,
  }),
}

const refusingTheBatch: Mood = {
  name: 'refuses a batch for the sake of one of it (F35)',
  weight: 2,
  onlyFor: (call) => call.mails.length > 1,
  answer: (call) => ({
    takes: taken(call, false),
    results: all(call, () => ({ kind: 'split', reason: 'a mail of this batch is refused' })),
    afterMs: 15,
  }),
}

const refusingUs: Mood = {
  name: 'refuses our account for a while (F7, F34)',
  weight: 0.3,
  answer: (call) => ({
    takes: taken(call, false),
    results: all(call, () => ({ kind: 'misconfigured', reason: 'the key was revoked' })),
    afterMs: 15,
  }),
}

/** All that can go wrong; the good day is beside them. */
export const moods: readonly Mood[] = [
  slowly,
  losingTheAnswer,
  losingTheCall,
  askingForPatience,
  throttling,
  refusingOne,
  refusingTheBatch,
  refusingUs,
]
