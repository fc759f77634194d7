import type { Meter } from './meter.ts'
import { createRegister } from './register.ts'
import type { CloseReason, Frame, Seat } from './watcher.ts'

/** A client that has not taken so much of what it was told is dropped: some eighty frames, beside what the kernel holds for it. */
export const backlogBytesMax = 65_536

/** A connection that was told nothing for so long is closed; who still looks at it comes again. Keep-alives tell nothing. */
export const idleAfterMs = 30 * 60_000

export type Log = Record<'debug' | 'warn', (about: object, words: string) => void>

type About = {
  now(): number
  log: Log | undefined
  meter: Meter | undefined
  /** A seat is empty now, whoever ended it. */
  left(seat: Seat): void
}

/** Those who watch through this process: each is told by itself, and one that is gone or too slow is no trouble of the others. */
export function createSeats({ now, log, meter, left }: About) {
  const register = createRegister()

  function leave(seat: Seat): boolean {
    if (!register.remove(seat)) return false
    left(seat)
    return true
  }

  function drop(seat: Seat, reason: CloseReason) {
    if (!leave(seat)) return
    meter?.closed(reason)
    try {
      seat.watcher.close(reason)
    } catch (error) {
      log?.debug({ err: error, ...placeOf(seat) }, 'a connection could not be closed; it is forgotten')
    }
  }

  /** Whether it was told. */
  function tell(seat: Seat, frame: Frame): boolean {
    if (seat.watcher.backlog() > backlogBytesMax) {
      log?.warn(placeOf(seat), 'a connection took too little of what it was told, and is dropped')
      drop(seat, 'slow')
      return false
    }
    try {
      seat.watcher.send(frame)
    } catch (error) {
      log?.warn({ err: error, ...placeOf(seat) }, 'a connection broke; the others are told all the same')
      drop(seat, 'dead')
      return false
    }
    seat.isNew = false
    seat.toldAt = now()
    return true
  }

  return {
    all: register.seats,
    count: register.count,
    users: register.users,
    hasRoomFor: register.hasRoomFor,
    take: register.add,
    tell,
    leave,
    drop,

    beat() {
      for (const seat of register.seats()) {
        try {
          seat.watcher.beat()
        } catch {
          drop(seat, 'dead')
        }
      }
    },

    clearIdle() {
      const at = now()
      for (const seat of register.seats()) if (at - seat.toldAt >= idleAfterMs) drop(seat, 'idle')
    },
  }
}

/** For log lines: what was watched, and by whom. */
function placeOf({ watch: { kind, id, userId } }: Seat) {
  return { [`${kind}Id`]: id, userId }
}
