/** Above this many guests a mistake is worth a longer look. */
const largeAudience = 100
const largeAudienceUndoFactor = 6

/** How long a send-now waits, so that it can be taken back. None when the operator has turned it off. */
export function undoWindowFor(recipientCount: number, baseMs: number): number {
  return recipientCount > largeAudience ? baseMs * largeAudienceUndoFactor : baseMs
}
