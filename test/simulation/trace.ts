import { createHash } from 'node:crypto'

/** So many last steps are told of a run that failed; all of them are with `TRACE=1`. */
const toldMax = 60

/** The story of a run. Two runs of one seed have the same digest, or the simulation is not deterministic. */
export class Trace {
  readonly #hash = createHash('sha256')
  readonly #lines: string[] = []
  readonly #keepsAll: boolean
  steps = 0

  constructor(keepsAll = false) {
    this.#keepsAll = keepsAll
  }

  add(at: number, actor: string, what: string) {
    const line = `${(at / 1000).toFixed(4).padStart(10)} s  ${actor.slice(0, 14).padEnd(14)} ${what}`
    this.#hash.update(line)
    this.steps++
    this.#lines.push(line)
    if (!this.#keepsAll && this.#lines.length > 2 * toldMax) this.#lines.splice(0, toldMax)
  }

  digest(): string {
    return this.#hash.copy().digest('hex').slice(0, 16)
  }

  lines(): string[] {
    return this.#keepsAll ? this.#lines : this.#lines.slice(-toldMax)
  }
}
