/** Something known as of a moment of the server's clock. */
export type Told<T> = { value: T; at: string | undefined }

type About<T> = {
  id: () => string
  ask: (id: string, signal: AbortSignal) => Promise<Told<T>>
  take: (value: T) => void
}

/** Numbers that are heard and asked for at once: whatever the way, an older one never follows a newer one. */
export function createLatest<T>({ id, ask, take }: About<T>) {
  let heardCount = 0
  let latestAt = -Infinity
  let asking: AbortController | undefined

  function accept({ value, at }: Told<T>): boolean {
    const moment = at === undefined ? latestAt : Date.parse(at)
    if (moment < latestAt) return false
    latestAt = moment
    take(value)
    return true
  }

  /** Asks now. What is heard meanwhile is newer than the answer. */
  async function refresh(): Promise<void> {
    const of = id()
    if (of === '') return
    asking?.abort()
    const mine = (asking = new AbortController())
    const before = heardCount
    try {
      const told = await ask(of, mine.signal)
      if (mine === asking && of === id() && (told.at !== undefined || heardCount === before)) accept(told)
    } catch (failure) {
      if (!mine.signal.aborted) throw failure
    } finally {
      if (mine === asking) asking = undefined
    }
  }

  return {
    heard(told: Told<T>): void {
      if (accept(told)) heardCount++
    },
    refresh,
    isAsking: () => asking !== undefined,
    stopAsking: () => asking?.abort(),
    /** From here on it is about something else. */
    forget: () => void (latestAt = -Infinity),
  }
}
