import type { Seat } from './watcher.ts'

/** As the contract says: a person with many tabs on many screens has ten. Counted in each process. */
export const streamsPerUserMax = 50

/** Of one process, whoever they are: some hundred megabytes of connections. Above it another replica is needed. */
export const connectionsMax = 20_000

/** Every connection of this process, and how many each person has. */
export function createRegister() {
  const seats = new Set<Seat>()
  const ofUser = new Map<string, number>()

  return {
    seats: (): readonly Seat[] => [...seats],
    count: () => seats.size,
    hasRoomFor: (userId: string) => seats.size < connectionsMax && (ofUser.get(userId) ?? 0) < streamsPerUserMax,

    add(seat: Seat) {
      seats.add(seat)
      const { userId } = seat.watch
      ofUser.set(userId, (ofUser.get(userId) ?? 0) + 1)
    },

    /** Whether it was there. */
    remove(seat: Seat): boolean {
      if (!seats.delete(seat)) return false
      const { userId } = seat.watch
      const left = ofUser.get(userId)! - 1
      if (left === 0) ofUser.delete(userId)
      else ofUser.set(userId, left)
      return true
    },

    /** People with connections; only for figures and tests. */
    users: () => ofUser.size,
  }
}
