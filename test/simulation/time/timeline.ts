/** Somebody to whom things happen. Nothing reaches the dead; the frozen get it all when they wake. */
export type Actor = { readonly name: string; isDead: boolean; frozenUntil: number }

/** The network, the database server, fate: they neither die nor freeze. */
export const nature: Actor = { name: 'nature', isDead: false, frozenUntil: 0 }

type Happening = { at: number; order: number; actor: Actor; what: string; act: () => unknown }

/**
 * Virtual time. Everything that takes time in a simulation is a happening on this line: a timer that rings, a statement that arrives at the
 * database, an answer that arrives back. They run one after the other, earliest first; each runs until nobody has anything left to do
 * at this instant. So the draw of their delays is the draw of their interleaving, and the same draws give the same run.
 */
export class Timeline {
  /** Milliseconds since the simulation began, to the microsecond, which is as fine as PostgreSQL tells time. */
  now = 0
  /** Called after each happening, once all is quiet again. */
  onStep: (step: { at: number; actor: string; what: string }) => void | Promise<void> = () => {}
  readonly #ahead: Happening[] = []
  #order = 0

  /** @param ms from now; the order of two happenings of one instant is that in which they were asked for. */
  after(ms: number, actor: Actor, what: string, act: () => unknown): void {
    this.#push({ at: roundToMicros(this.now + Math.max(0, ms)), order: this.#order++, actor, what, act })
  }

  /** Runs until `done` says so, nothing is ahead, virtual time is beyond `untilMs`, or there were too many steps. Answers whether it is done. */
  async run(done: () => boolean, { untilMs = Infinity, stepsMax = Infinity } = {}): Promise<boolean> {
    await quiet()
    for (let steps = 0; !done(); steps++) {
      const next = this.#pop()
      if (!next || next.at > untilMs || steps > stepsMax) return false
      await this.#step(next)
    }
    return true
  }

  async #step(next: Happening) {
    const { actor, what } = next
    if (actor.isDead) return
    if (actor.frozenUntil > next.at) return this.#push({ ...next, at: actor.frozenUntil, order: this.#order++ })
    this.now = next.at
    await next.act()
    await quiet()
    await this.onStep({ at: this.now, actor: actor.name, what })
  }

  // A binary heap: a run has some ten thousand happenings and keeps hundreds of them ahead.
  #push(happening: Happening) {
    const heap = this.#ahead
    let index = heap.push(happening) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!isBefore(heap[index]!, heap[parent]!)) break
      ;[heap[index], heap[parent]] = [heap[parent]!, heap[index]!]
      index = parent
    }
  }

  #pop(): Happening | undefined {
    const heap = this.#ahead
    const first = heap[0]
    const last = heap.pop()
    if (!first || heap.length === 0) return first
    heap[0] = last!
    for (let index = 0; ;) {
      const left = 2 * index + 1
      const smaller = left + 1 < heap.length && isBefore(heap[left + 1]!, heap[left]!) ? left + 1 : left
      if (smaller >= heap.length || !isBefore(heap[smaller]!, heap[index]!)) return first
      ;[heap[index], heap[smaller]] = [heap[smaller]!, heap[index]!]
      index = smaller
    }
  }
}

const isBefore = (a: Happening, b: Happening) => a.at < b.at || (a.at === b.at && a.order < b.order)

const roundToMicros = (ms: number) => Math.round(ms * 1000) / 1000

/** Everybody who can go on has gone on: promises are settled before the event loop turns. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
