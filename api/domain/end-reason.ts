import { eventCancelled } from './plan-event-end.ts'
import { pastAfterMove } from './plan-event-edit.ts'

/** Why a message is cancelled or failed: what `end_reason` holds, and the words that people read. */
const endReasons = {
  host: 'Cancelled by a host.',
  operator: 'Cancelled by the operator.',
  [eventCancelled]: 'The event was cancelled.',
  [pastAfterMove]: 'Its time had passed when the event was moved.',
  missed: 'It was found too late to send it by itself. If it still matters, send it anyway.',
  all_failed: 'No guest could be reached.',
  answered_again: 'The guest has answered again since.',
} as const
export type EndReason = keyof typeof endReasons

/** A row of a later version may hold a word that this one does not know; it stays out of what people read. */
export function endReasonInWords(reason: string | null): string | null {
  if (reason === null) return null
  return isEndReason(reason) ? endReasons[reason] : 'It ended early.'
}

function isEndReason(reason: string): reason is EndReason {
  return Object.hasOwn(endReasons, reason)
}
