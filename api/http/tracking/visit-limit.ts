import type { DeliveryKey } from '../../domain/feedback.ts'

/** A scanner follows the hundred links of a mail twice over, and its reader comes after it. */
export const visitsPerMailMax = 500
const windowMs = 3_600_000
/** A mailing of a large event, a hundred bytes each. */
const mailsMax = 100_000

/**
 * Whether one more visit to a mail is worth noting. Its first ones say all that there is to say; who goes on for hours with the link of a mail
 * would only fill the inbox with it. Counted in each process, by the hour.
 */
export function createVisitLimit() {
  let counted = new Map<string, number>()
  let hour = 0

  return function isWorthNoting({ messageId, seq }: DeliveryKey, at: Date): boolean {
    const now = Math.floor(at.getTime() / windowMs)
    if (now !== hour || counted.size >= mailsMax) counted = new Map()
    hour = now
    const mail = `${messageId} ${seq}`
    const visits = (counted.get(mail) ?? 0) + 1
    counted.set(mail, visits)
    return visits <= visitsPerMailMax
  }
}
