import type { Child } from './child.ts'

type Stop = () => Promise<void> | void

/** What has to be stopped, in the opposite order of its start; and the first reason why all of it should. */
export class Ending {
  readonly #stops: Stop[][] = []
  readonly #children: Child[] = []
  #stopping: Promise<void> | undefined
  #tellBroken: (why: string) => void = () => {}
  readonly broken = new Promise<string>((resolve) => (this.#tellBroken = resolve))

  /** Stops of one call run together; later calls are stopped before earlier ones. */
  add(...stops: Stop[]) {
    this.#stops.unshift(stops)
  }

  /** Children started together stop together. One that ends by itself breaks the whole. */
  watch(...children: Child[]) {
    this.#children.push(...children)
    this.add(...children.map((child) => child.stop))
    for (const child of children) void child.ended.then((why) => this.break(`${child.name} ended: ${why}`))
  }

  break(why: string) {
    if (!this.#stopping) this.#tellBroken(why)
  }

  stopEverything(): Promise<void> {
    this.#stopping ??= this.#stopInOrder()
    return this.#stopping
  }

  /** For the second Ctrl-C. PostgreSQL and the deliveries recover from this: it is what they are made for. */
  atOnce() {
    for (const child of this.#children) child.kill('SIGKILL')
    process.exit(1)
  }

  async #stopInOrder() {
    for (const together of this.#stops) await Promise.allSettled(together.map((stop) => stop()))
  }
}
