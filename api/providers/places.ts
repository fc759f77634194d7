/** A counted number of places for calls that share nothing but a limit. */
export class Places {
  readonly #most: number
  readonly #waiting: ((granted: boolean) => void)[] = []
  readonly #allBack = Promise.withResolvers<void>()
  #free: number
  #closed = false

  constructor(most: number) {
    this.#most = most
    this.#free = most
  }

  /** Waits for a place. @returns false when there will be none, because of `close`. */
  async take(): Promise<boolean> {
    if (this.#closed) return false
    if (this.#free > 0) {
      this.#free -= 1
      return true
    }
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  giveBack(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free += 1
    else next(true)
    if (this.#closed && this.#free === this.#most) this.#allBack.resolve()
  }

  /** Sends whoever waits away, and waits until every place that is taken has come back. */
  close(): Promise<void> {
    this.#closed = true
    for (const sendAway of this.#waiting.splice(0)) sendAway(false)
    if (this.#free === this.#most) this.#allBack.resolve()
    return this.#allBack.promise
  }
}
