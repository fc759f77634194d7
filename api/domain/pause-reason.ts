/** Why a message is paused: what `pause_reason` holds, and what people read. */
const pauseReasons = {
  host: 'Stopped by a host.',
  misconfigured:
    'The mail provider refuses our account or sender address, so nothing leaves. Nobody is lost: sending goes on by itself as soon as the operator has mended it.',
} as const
export type PauseReason = keyof typeof pauseReasons

/** Rows hold a key of the list, or the sentence itself. */
export function pauseReasonInWords(reason: string | null): string | null {
  if (reason === null) return null
  return isPauseReason(reason) ? pauseReasons[reason] : reason
}

function isPauseReason(reason: string): reason is PauseReason {
  return Object.hasOwn(pauseReasons, reason)
}
