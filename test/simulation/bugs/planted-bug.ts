import type { Logger } from 'pino'
import type { Transport } from '../../../api/providers/provider.ts'
import type { Climate } from '../climate.ts'
import type { Query } from '../database/session.ts'
import type { SimProcess } from '../time/process.ts'

/**
 * A mistake that somebody might make, planted without touching the product: in the statements on their way, in the transport, in the
 * schema or in the time. The oracle has to see it, or it sees nothing.
 */
export type PlantedBug = {
  name: string
  /** The invariant that must trip. */
  breaks: `I${number}`
  /** The day on which such a mistake shows. */
  climate?: Partial<Climate>
  statements?: Replacement[]
  transport?: (transport: Transport, log: Logger) => Transport
  /** What the database's clock shows too much to this process. */
  liesAboutTime?: (process: SimProcess) => number
  /** SQL that spoils the schema. */
  schema?: string
}

/** What a statement says, and what it says instead. Values of parameters may be changed, too. */
export type Replacement = { says: RegExp; instead: string; values?: (values: unknown[]) => unknown[] }

/** Plants the replacements of a bug, and remembers which of them met the statement that they were made for. */
export class Planter {
  readonly #met = new Set<Replacement>()
  readonly #replacements: readonly Replacement[]

  constructor(bug: PlantedBug | undefined) {
    this.#replacements = bug?.statements ?? []
  }

  readonly rewrite = (query: Query): Query => {
    let { text, values } = query
    for (const replacement of this.#replacements) {
      if (!replacement.says.test(text)) continue
      this.#met.add(replacement)
      text = text.replace(replacement.says, replacement.instead)
      if (replacement.values && values) values = replacement.values(values)
    }
    return { ...query, text, values }
  }

  /** The statements that it looked for and never saw: the product has moved on, and the bug has to be planted anew. */
  unmet(): string[] {
    return this.#replacements.filter((each) => !this.#met.has(each)).map(({ says }) => String(says))
  }
}
