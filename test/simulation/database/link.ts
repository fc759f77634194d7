import type pg from 'pg'
import { queriesOver, type Database } from '../../../api/storage/database.ts'
import type { SimProcess } from '../time/process.ts'
import { nature, type Timeline } from '../time/timeline.ts'
import type { CommitTrouble, Weather } from './weather.ts'
import type { Query, Session } from './session.ts'

export type Server = {
  session: Session
  timeline: Timeline
  weather: Weather
  /** The true instant of this moment, for this process's statements; a planted bug may lie about it. */
  timeFor(process: SimProcess): { at: Date; micros: number }
}

/**
 * One process's way to PostgreSQL, in the shape of a `pg` pool, under the product's own query builder.
 * A statement reaches the server after a while, runs there in one step, and its answer comes back after another while, if both ends live
 * and the weather allows. What was sent runs even if its sender dies meanwhile; that is how a commit's answer gets lost.
 */
export function linkTo(server: Server, process: SimProcess): Pick<Database, 'db'> {
  const pool = { options: {}, connect: async () => new Connection(server, process), end: async () => {} }
  return { db: queriesOver(pool as unknown as pg.Pool) }
}

class Connection {
  readonly #server: Server
  readonly #process: SimProcess
  /** Ends the step that the open transaction is. */
  #endStep: (() => void) | undefined

  constructor(server: Server, process: SimProcess) {
    this.#server = server
    this.#process = process
  }

  release() {}

  query(query: Query): Promise<unknown> {
    if (/^(begin|start transaction)/.test(query.text)) return this.#begin(query)
    if (this.#endStep) return this.#inTransaction(query)
    // Rolling back what the server has rolled back long ago.
    if (query.text === 'rollback') return Promise.resolve({ command: 'ROLLBACK' })
    return this.#alone(query)
  }

  #alone(query: Query): Promise<unknown> {
    const { timeline, weather } = this.#server
    const trouble = weather.forStatement()
    return new Promise((resolve, reject) => {
      timeline.after(weather.travelMs(), nature, `${this.#process.name}: ${titleOf(query.text)}`, async () => {
        if (trouble === 'refused' || weather.isAway()) return this.#answer(() => reject(lostConnection()))
        const outcome = await this.#runNow(query).then(
          (result) => () => resolve(result),
          (error: Error) => () => reject(error),
        )
        this.#answer(trouble === 'answerLost' ? () => reject(lostConnection()) : outcome)
      })
    })
  }

  async #runNow(query: Query) {
    this.#enter()
    return this.#server.session.run(query)
  }

  #enter() {
    this.#server.session.enter({ process: this.#process.name, ...this.#server.timeFor(this.#process) })
  }

  /** A transaction takes no virtual time: from begin to commit it is one step, and nobody else's statement comes between. */
  #begin(query: Query): Promise<unknown> {
    const { session, weather } = this.#server
    return new Promise((resolve, reject) => {
      this.#process.after(weather.travelMs(), 'begins a transaction', async () => {
        if (weather.isAway() || weather.forStatement() === 'refused') return reject(lostConnection())
        this.#enter()
        const begun = await session.run(query)
        const over = new Promise<void>((end) => (this.#endStep = end))
        resolve(begun)
        await withinRealTime(over, `a transaction of ${this.#process.name}`)
      })
    })
  }

  async #inTransaction(query: Query): Promise<unknown> {
    const { session, weather } = this.#server
    if (query.text === 'rollback') {
      const result = await session.run(query)
      this.#leave()
      return result
    }
    if (query.text !== 'commit') return session.run(query)

    const trouble = weather.forCommit()
    const result = await session.run(isDone(trouble) ? query : { text: 'rollback' })
    this.#leave()
    return new Promise((resolve, reject) => {
      this.#answer(() => {
        if (trouble === undefined) resolve(result)
        else reject(typeof trouble === 'string' ? lostConnection() : serverError(trouble))
      })
    })
  }

  #leave() {
    this.#endStep?.()
    this.#endStep = undefined
  }

  #answer(act: () => void) {
    this.#process.after(this.#server.weather.travelMs(), 'hears from the database', act)
  }
}

/** A commit that was done, whether or not anybody hears of it. */
const isDone = (trouble: CommitTrouble) => trouble === undefined || trouble === 'answerLost'

function lostConnection(): Error {
  return new Error('Connection terminated unexpectedly')
}

function serverError({ code, message }: { code: string; message: string }): Error {
  return Object.assign(new Error(message), { code })
}

/** A prepared statement has a name; of the others the first words say enough. */
export function titleOf(text: string): string {
  const name = /-- prepared: (\w+)/.exec(text)?.[1]
  return name ?? text.replace(/\s+/g, ' ').trim().slice(0, 60)
}

/** Real time. A transaction that waits for anything but the database would hold up virtual time for ever. */
const transactionMaxMs = 30_000

async function withinRealTime(over: Promise<void>, whose: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`${whose} waits for something that is not the database`)),
      transactionMaxMs,
    )
  })
  await Promise.race([over, tooLong]).finally(() => clearTimeout(timer))
}
