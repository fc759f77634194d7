import { pino, type Logger } from 'pino'
import { registerNotifier } from '../../api/storage/notifiers.ts'
import { runNotifier, type RunningNotifier } from '../../cmd/notifier/loop.ts'
import { defaultSettings } from '../../cmd/notifier/notifier.ts'
import { linkTo, type Server } from './database/link.ts'
import { signer } from './party/secrets.ts'
import type { Climate } from './climate.ts'
import { transportOf } from './provider/transport.ts'
import type { Transport } from '../../api/providers/provider.ts'
import type { PostOffice } from './provider/post-office.ts'
import { randomOf, type Random } from './time/random.ts'
import { SimProcess } from './time/process.ts'
import type { Audience } from './stage.ts'

/** Shorter than in production, so that a run of a few minutes has many polls. No hint ever arrives here: they may all be lost. */
const pollIntervalMs = 7_000

type Replica = { process: SimProcess; notifierId?: string; running?: RunningNotifier }

export type FleetParts = {
  seed: number
  server: Server
  office: PostOffice
  climate: Climate
  audience: Audience
  /** A planted bug may stand between the notifier and its transport. */
  wrap: (transport: Transport, log: Logger) => Transport
}

/** The notifiers of a run: the product's own daemon, as often as the day wants it, each in a process of its own. */
export class Fleet {
  readonly #parts: FleetParts
  readonly #slots: Replica[] = []
  readonly #idOf = new Map<string, string>()
  readonly #disturbedAt = new Map<string, number>()
  #started = 0

  constructor(parts: FleetParts) {
    this.#parts = parts
  }

  start() {
    for (let slot = 0; slot < this.#parts.climate.notifiers; slot++) this.#startIn(slot)
  }

  notifierIdOf(process: string): string | undefined {
    return this.#idOf.get(process)
  }

  wasDisturbedSince(process: string, ms: number): boolean {
    return (this.#disturbedAt.get(process) ?? -1) >= ms
  }

  kill(draw: number, restartAfterMs: number) {
    const slot = this.#slotOf(draw)
    const { process } = this.#slots[slot]!
    if (process.isDead) return
    process.isDead = true
    this.#disturb(process, Infinity)
    this.#restart(slot, restartAfterMs)
  }

  freeze(draw: number, ms: number) {
    const { process } = this.#slots[this.#slotOf(draw)]!
    process.freeze(ms)
    this.#disturb(process, process.frozenUntil)
  }

  /** As SIGTERM does; the process exits when all is said. */
  stop(draw: number, restartAfterMs: number) {
    const slot = this.#slotOf(draw)
    const { process, running } = this.#slots[slot]!
    if (process.isDead || !running) return
    this.#disturb(process, Infinity)
    process.after(0, 'is told to stop', () => {
      void running.stop().then(() => {
        process.isDead = true
        this.#restart(slot, restartAfterMs)
      })
    })
  }

  #restart(slot: number, ms: number) {
    const { timeline } = this.#parts.server
    timeline.after(ms, keeper, 'a supervisor starts a notifier', () => this.#startIn(slot))
  }

  #slotOf(draw: number): number {
    return Math.floor(draw * this.#slots.length)
  }

  #disturb({ name }: SimProcess, until: number) {
    this.#disturbedAt.set(name, Math.max(until, this.#disturbedAt.get(name) ?? 0))
  }

  #startIn(slot: number) {
    const { seed, server, climate } = this.#parts
    const name = `notifier ${++this.#started}`
    const random = randomOf(seed, name)
    const { skewMaxMs } = climate
    const skew = { aheadMs: random.between(-skewMaxMs, skewMaxMs), rate: 1 + random.between(-0.001, 0.001) }
    const replica: Replica = { process: new SimProcess(name, server.timeline, skew) }
    this.#slots[slot] = replica
    void this.#boot(replica, random)
  }

  /** As `cmd/notifier/main.ts` does; a process that cannot register exits, and its supervisor starts it again. */
  async #boot(replica: Replica, random: Random) {
    const { server, office, climate, audience, wrap } = this.#parts
    const { process } = replica
    const { db } = linkTo(server, process)
    const log = pino({ level: 'info' }, { write: (line) => audience.onLog(process.name, line) })
    const wiring = { process, office, random, linesMax: climate.linesMax, callsPerSecond: climate.callsPerSecond }
    const transport = wrap(transportOf({ ...wiring, onAnswer: audience.onAnswer, onCall: audience.onCall }), log)
    const { provider, account } = transport
    try {
      const identity = {
        host: process.name,
        pid: this.#started,
        version: 'simulated',
        provider,
        providerAccount: account,
      }
      const { id, shard } = await registerNotifier(db, identity)
      replica.notifierId = id
      this.#idOf.set(process.name, id)
      replica.running = runNotifier({
        ...{ id, shard, db, transport, log, signer },
        from: { name: 'Tidings', address: 'hello@tidings.test' },
        publicUrl: 'http://localhost:3000',
        settings: {
          ...{ ...defaultSettings, pollIntervalMs, unitSize: climate.unitSize, onAmbiguous: climate.policy },
          frequencyCap: climate.frequencyCap,
        },
        clock: process.clock,
        random: random.next,
      })
    } catch {
      process.isDead = true
      this.#restart(this.#slots.indexOf(replica), 1000)
    }
  }
}

/** Restarts what died. */
const keeper = { name: 'supervisor', isDead: false, frozenUntil: 0 }
