import pg from 'pg'
import { columnTypes } from '../../../api/storage/database.ts'
import { readChange, type Change } from './change.ts'
import { worldOptions } from './schema.ts'

/** What is asked of PostgreSQL: as `pg` is asked, with the name of a prepared statement. */
export type Query = { name?: string; text: string; values?: unknown[] }

/** Under which name and at which time a statement runs. */
type Circumstances = { process: string; at: Date; micros: number }

/** Changes the text of statements on their way: how a bug is planted without touching the product. */
export type Rewrite = (query: Query) => Query

/**
 * The one real connection of a simulation. All processes share it: a statement or a whole transaction is one step of virtual time, so that no
 * two are ever open at once, and PostgreSQL sees one after the other, as it would see them in this order from many connections.
 */
export class Session {
  readonly #client: pg.Client
  readonly #rewrite: Rewrite
  #changes: Change[] = []
  statements = 0

  private constructor(client: pg.Client, rewrite: Rewrite) {
    this.#client = client
    this.#rewrite = rewrite
    client.on('notification', ({ payload }) => void this.#changes.push(readChange(payload!)))
  }

  static async open(url: string, rewrite: Rewrite = (query) => query): Promise<Session> {
    const client = new pg.Client({ connectionString: url, types: columnTypes, options: worldOptions, pipeline: true })
    await client.connect()
    await client.query('listen sim_witness')
    return new Session(client, rewrite)
  }

  /** Says whose statements follow, and what time it is for them. Not waited for: it travels with the statement that follows. */
  enter({ process, at, micros }: Circumstances): void {
    void this.#client.query({
      name: 'sim_enter',
      text: `select set_config('sim.now', $1, false), set_config('sim.process', $2, false)`,
      values: [`${at.toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}Z`, process],
    })
  }

  run(query: Query): Promise<pg.QueryResult> {
    this.statements++
    return this.#client.query(this.#rewrite(query))
  }

  /** For the simulation itself, which no bug reaches. */
  ask(text: string, values: unknown[] = []): Promise<pg.QueryResult> {
    return this.#client.query(text, values)
  }

  /** What was committed since the last time. */
  takeChanges(): Change[] {
    const changes = this.#changes
    this.#changes = []
    return changes
  }

  close(): Promise<void> {
    return this.#client.end()
  }
}
