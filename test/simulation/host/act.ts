import type { Refused } from '../../../api/domain/refusals/refusal.ts'
import type { Mirror } from '../oracle/mirror.ts'
import type { Desk } from './desk.ts'

/**
 * What hosts and guests do while mails go out; one entry each. `run` answers what is true from then on, or undefined when the API refused
 * or there was nothing to do it to.
 */
export type Act = {
  name: string
  weight: number
  run(desk: Desk): Promise<((mirror: Mirror) => boolean) | undefined>
}

export type Versioned = { version: number }

/** Somebody else may have written the row since, which only raises its version. */
export function isAtLeast(row: Versioned | undefined, { version }: Versioned): boolean {
  return (row?.version ?? 0) >= version
}

type Row = Versioned & { id: string }

export function messageIsKept(outcome: { kind: 'written'; message: Row } | Refused) {
  if (outcome.kind === 'refused') return undefined
  return (mirror: Mirror) => isAtLeast(mirror.messages.get(outcome.message.id), outcome.message)
}

export function eventIsKept(outcome: { kind: 'written' | 'edited'; event: Row } | Refused) {
  if (outcome.kind === 'refused') return undefined
  return (mirror: Mirror) => isAtLeast(mirror.events.get(outcome.event.id), outcome.event)
}
