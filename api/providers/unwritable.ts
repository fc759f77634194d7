import type { SendResult } from '../domain/send-result.ts'

/** A mail whose text cannot be put together. That is this mail's own fault, nothing of it was said, and no other has to suffer for it. */
export function unwritable(error: unknown): SendResult {
  const reply = error instanceof Error ? error.message : String(error)
  return { kind: 'rejected', reason: 'This mail could not be written.', reply }
}
