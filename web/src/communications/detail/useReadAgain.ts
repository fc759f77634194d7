import { watch } from 'vue'
import { usePace } from '../../live/pace.ts'

/** What jumps more often cannot be read, and each answer makes the server go through the message's rows. */
const readEveryMs = 5_000

/**
 * Reads again what the live numbers do not carry: at a person's pace while it changes, and at once when the message ends, for what
 * stands then is what stays on the page.
 */
export function useReadAgain(read: () => unknown, changes: () => unknown, goesOn: () => boolean) {
  const atAPace = usePace(read, readEveryMs)
  watch([changes, goesOn], ([, goes], [, went]) => void (went && !goes ? read() : atAPace()))
}
