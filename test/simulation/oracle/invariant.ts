import type { SendResult } from '../../../api/domain/send-result.ts'
import type { Change } from '../database/change.ts'
import type { Session } from '../database/session.ts'
import type { Arrival } from '../provider/call.ts'
import type { Climate } from '../climate.ts'
import type { Mirror } from './mirror.ts'

/** What a watcher may look at. */
export type Scene = {
  mirror: Mirror
  climate: Climate
  /** True virtual time, in milliseconds since 1970. */
  now(): number
  /** The id under which a process claims, if it is a notifier. */
  notifierIdOf(process: string): string | undefined
  /** Whether the process was killed, frozen or told to stop since this virtual instant. */
  wasDisturbedSince(process: string, ms: number): boolean
  session: Session
}

/** An API call that was answered with success, and what must be true of the committed rows from then on, whoever dies. */
export type Answered = { what: string; holds: (mirror: Mirror) => boolean }

/** Watches one run. Each method is called as things happen, and throws through `violated` when they must not. */
export type Watcher = {
  atStart?(): Promise<void>
  /** All changes of one commit. The mirror still shows what was before them. */
  beforeCommit?(changes: readonly Change[]): void
  /** The mirror shows them. */
  afterCommit?(changes: readonly Change[]): void
  /** A mail reached the provider. */
  onArrival?(arrival: Arrival): void
  /** A process hears what became of a call. */
  onAnswer?(process: string, results: readonly SendResult[]): void
  /** A process begins a call; its bytes leave later. */
  onCall?(process: string): void
  /** The provider gets a call, of one mail or of several. */
  onReceived?(): void
  onAnswered?(answered: Answered): void
  onLog?(process: string, line: string): void
  /** Faults have stopped, and time was given for everything to end. */
  atEnd?(): Promise<void> | void
}

export type Invariant = {
  id: `I${number}`
  /** The sentence of the product promise that it stands for. */
  says: string
  watch(scene: Scene): Watcher
}

/** Something happened that must never happen. */
export class Violation extends Error {
  readonly invariant: string

  constructor(invariant: string, what: string) {
    super(`${invariant}: ${what}`)
    this.invariant = invariant
  }
}

export function violated(invariant: Invariant['id'], what: string): never {
  throw new Violation(invariant, what)
}
