import { eventCancelled } from './plan-event-end.ts'
import { pastAfterMove } from './plan-event-edit.ts'

/** Why a message is cancelled or failed: the words of `end_reason`, as people read them. */
const endReasons: Readonly<Record<string, string>> = {
  host: 'Cancelled by a host.',
  [eventCancelled]: 'The event was cancelled.',
  [pastAfterMove]: 'Its time had passed when the event was moved.',
  missed: 'It was too late to send it by itself. You can still send it now.',
  all_failed: 'No guest could be reached.',
}

/** A word that is not in the list is ours alone and stays out of what people read. */
export function endReasonInWords(reason: string | null): string | null {
  return reason === null ? null : (endReasons[reason] ?? 'It ended early.')
}
