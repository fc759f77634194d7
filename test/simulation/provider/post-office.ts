import { createHash } from 'node:crypto'
import type { Mail } from '../../../api/domain/mail.ts'
import type { SendResult } from '../../../api/domain/send-result.ts'
import type { Random } from '../time/random.ts'
import { accept, type Arrival, type Call, type Reply, type Vendor } from './call.ts'
import { moods, plainly } from './moods.ts'

export const vendors: readonly Vendor[] = [
  { key: 'smtp', batchMax: 1, deduplicates: false },
  { key: 'ses', batchMax: 1, deduplicates: false },
  // A batch of Resend's is 100; a smaller one cuts these small messages into several calls.
  { key: 'resend', batchMax: 8, deduplicates: true },
]

/** How long Resend remembers a key (resend.com/docs, idempotency keys). */
const keyLivesMs = 24 * 3_600_000

type Remembered = { digest: string; results: SendResult[]; at: number }

/**
 * The provider of a run. It accepts, refuses, stalls and loses answers as its moods say, keeps its own books, and never looks at ours.
 */
export class PostOffice {
  readonly vendor: Vendor
  /** What it has accepted, in order. */
  readonly taken: { tag: string; id: string }[] = []
  onReceived: () => void = () => {}
  onArrival: (arrival: Arrival) => void = () => {}
  readonly #random: Random
  readonly #now: () => number
  readonly #keys = new Map<string, Remembered>()
  #troubleShare: number

  constructor(vendor: Vendor, random: Random, now: () => number, troubleShare: number) {
    this.vendor = vendor
    this.#random = random
    this.#now = now
    this.#troubleShare = troubleShare
  }

  /** From now on it takes everything at once. */
  calmDown() {
    this.#troubleShare = 0
  }

  /** Whether it will not even talk at the moment. */
  isBusy(): boolean {
    return this.#random.chance(this.#troubleShare / 4)
  }

  receive(call: Call): Reply {
    this.onReceived()
    const known = this.vendor.deduplicates ? this.#recall(call) : undefined
    if (known) return this.#repeat(call, known)
    const fitting = moods.filter((mood) => !mood.onlyFor || mood.onlyFor(call, this.vendor))
    const mood = this.#random.chance(this.#troubleShare)
      ? this.#random.weighed(fitting, ({ weight }) => weight)
      : plainly
    const { takes, ...reply } = mood.answer(call, this.#random, this.#idOf)
    call.mails.forEach((mail, index) =>
      this.#enter(call, mail, { isAccepted: takes[index]!, isAnswerLost: reply.isLost ?? false }),
    )
    if (this.vendor.deduplicates && takes.some(Boolean)) this.#remember(call)
    return reply
  }

  /** What it calls a mail that it has taken. */
  readonly #idOf = (mail: Mail) => `${this.vendor.key}-${mail.deliveryTag}`

  #enter({ process }: Call, mail: Mail, what: Partial<Arrival>) {
    const usual = { isAccepted: false, isRepeat: false, isConflict: false, isAnswerLost: false }
    if (what.isAccepted) this.taken.push({ tag: mail.deliveryTag, id: this.#idOf(mail) })
    this.onArrival({ process, mail, tag: mail.deliveryTag, ...usual, ...what })
  }

  #remember(call: Call) {
    // A lost answer was still an answer: a repeat gets it.
    const results = call.mails.map((mail) => accept(this.#idOf(mail)))
    this.#keys.set(call.key, { digest: digestOf(call), results, at: this.#now() })
  }

  #recall(call: Call): Remembered | undefined {
    const known = this.#keys.get(call.key)
    return known && this.#now() - known.at < keyLivesMs ? known : undefined
  }

  #repeat(call: Call, known: Remembered): Reply {
    const isConflict = known.digest !== digestOf(call)
    for (const mail of call.mails) this.#enter(call, mail, { isRepeat: true, isConflict })
    const conflict = { kind: 'unknown', reason: 'the key is known with another mail', conflict: true } as const
    return { results: isConflict ? call.mails.map(() => conflict) : known.results, afterMs: 5 }
  }
}

/** What a vendor compares a repeat by. */
function digestOf({ mails }: Call): string {
  const bytes = JSON.stringify(mails.map((mail) => [mail.envelope, mail.parts()]))
  return createHash('sha256').update(bytes).digest('hex')
}
