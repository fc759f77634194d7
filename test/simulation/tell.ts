import { execFileSync } from 'node:child_process'
import { Violation } from './oracle/invariant.ts'
import type { Outcome } from './simulate.ts'
import type { Trace } from './trace.ts'

/** Everything that somebody needs who meets a failed seed for the first time. */
export function failureOf(seed: number, error: unknown, trace: Trace): Error {
  if (!(error instanceof Violation)) return new Error(`Seed ${seed} could not be simulated`, { cause: error })
  return new Error(
    [
      `Seed ${seed} broke ${error.message}`,
      `Replay it on commit ${commit()}: make simulate SEED=${seed} TRACE=1`,
      'The last steps:',
      ...trace.lines(),
    ].join('\n'),
    { cause: error },
  )
}

export function summaryOf(outcomes: readonly Outcome[]): string {
  const sum = (read: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + read(outcome), 0)
  const ends = new Set(outcomes.map(({ endState }) => endState)).size
  const minutes = Math.round(sum(({ virtualMs }) => virtualMs) / 60_000)
  const seeds = outcomes.map(({ seed }) => seed).join(' ')
  return [
    `Simulated ${outcomes.length} days with ${ends} distinct end states: ${minutes} minutes of virtual time,`,
    `${sum(({ steps }) => steps)} steps, ${sum(({ statements }) => statements)} statements. Seeds: ${seeds}`,
  ].join(' ')
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}
