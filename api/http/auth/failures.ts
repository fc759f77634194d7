/** Wrong passwords per account within the window before the account has to wait. A person mistypes five times, not twenty. */
const failuresMax = 20
const windowMs = 15 * 60_000
/** About 10 MB at worst. Beyond it the oldest entries go: an attacker on that many accounts meets the limit of the network. */
const accountsMax = 50_000

/**
 * Counts wrong passwords per address, whoever they come from, in this process. Only failures count, and they expire: the right
 * person is never locked out for good.
 */
export function createFailureCount(now: () => Date) {
  const failures = new Map<string, { count: number; until: number }>()

  return {
    /** Seconds to wait, or 0. */
    secondsToWait(email: string): number {
      const entry = failures.get(email)
      if (!entry || entry.count < failuresMax) return 0
      return Math.max(0, Math.ceil((entry.until - now().getTime()) / 1000))
    },
    failed(email: string) {
      const at = now().getTime()
      const entry = failures.get(email)
      const isOpen = entry !== undefined && entry.until > at
      failures.delete(email)
      failures.set(email, { count: isOpen ? entry.count + 1 : 1, until: isOpen ? entry.until : at + windowMs })
      if (failures.size > accountsMax) failures.delete(failures.keys().next().value!)
    },
    succeeded(email: string) {
      failures.delete(email)
    },
  }
}
