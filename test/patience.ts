import { vi } from 'vitest'

/** What a busy machine may take beyond what is promised. */
export const busyMs = 3000

const withinMs = 10_000

/** Waits until `check` throws no more. It looks so often that of two frames the first is seen before the second. */
export const within = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: withinMs, interval: 5 })
