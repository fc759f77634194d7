import type { SendResult } from '../../api/domain/send-result.ts'
import type { Change } from './database/change.ts'
import type { Answered, Watcher } from './oracle/invariant.ts'
import type { Arrival } from './provider/call.ts'

/** Everybody who is told what happens in a run: the watchers of all invariants, one after the other. */
export class Audience {
  /** Hears what the processes write into their logs, in short. */
  onLine: (process: string, words: string) => void = () => {}
  #watchers: readonly Watcher[] = []
  /** What a watcher found while nobody could be interrupted; it is thrown after the step. */
  #found: unknown

  seat(watchers: readonly Watcher[]) {
    this.#watchers = watchers
  }

  readonly onCommit = (changes: readonly Change[], apply: () => void) => {
    this.#tell((watcher) => watcher.beforeCommit?.(changes))
    apply()
    this.#tell((watcher) => watcher.afterCommit?.(changes))
  }

  readonly onArrival = (arrival: Arrival) => this.#tell((watcher) => watcher.onArrival?.(arrival))
  readonly onCall = (process: string) => this.#tell((watcher) => watcher.onCall?.(process))
  readonly onReceived = () => this.#tell((watcher) => watcher.onReceived?.())
  readonly onAnswer = (process: string, results: readonly SendResult[]) =>
    this.#tell((watcher) => watcher.onAnswer?.(process, results))
  readonly onAnswered = (answered: Answered) => this.#tell((watcher) => watcher.onAnswered?.(answered))
  readonly onLog = (process: string, line: string) => {
    this.#tell((watcher) => watcher.onLog?.(process, line))
    const { msg, err } = JSON.parse(line) as { msg: string; err?: { message: string } }
    this.onLine(process, err ? `${msg} (${err.message})` : msg)
  }

  async atEnd() {
    for (const watcher of this.#watchers) await watcher.atEnd?.()
  }

  /** A violation must not be swallowed by the code on trial, whose loops catch what is thrown in them. */
  #tell(to: (watcher: Watcher) => void) {
    if (this.#found) return
    try {
      for (const watcher of this.#watchers) to(watcher)
    } catch (error) {
      this.#found = error
    }
  }

  throwWhatWasFound() {
    if (this.#found) throw this.#found
  }
}
