import type { rightsThatHold } from '../storage/watch-rights.ts'
import type { Db } from '../storage/database.ts'
import type { Seat } from './watcher.ts'

type About = {
  db: Db
  holds: typeof rightsThatHold
  seats(): readonly Seat[]
  shutOut(seat: Seat): void
  failed(error: unknown): void
}

/** Looks up, for all connections at once, whether those who watch still may. What cannot be looked up stays open until it can. */
export function createRightsCheck({ db, holds, seats, shutOut, failed }: About) {
  let isChecking = false
  return async () => {
    const all = seats()
    if (isChecking || all.length === 0) return
    isChecking = true
    try {
      const byRight = [...Map.groupBy(all, ({ watch }) => `${watch.sessionId} ${watch.eventId}`).values()]
      const holding = new Set(
        await holds(
          db,
          byRight.map(([first]) => first!.watch),
        ),
      )
      for (const those of byRight.filter(([first]) => !holding.has(first!.watch))) those.forEach(shutOut)
    } catch (error) {
      failed(error)
    } finally {
      isChecking = false
    }
  }
}
