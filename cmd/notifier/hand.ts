import type { SendableRow } from '../../api/storage/rows.ts'
import type { Unit, UnitKey } from '../../api/storage/units.ts'
import { createBand, type Band } from './band.ts'
import type { Compiled } from './in-flight.ts'
import { isNoneOf } from './lease.ts'
import { bandsPassedOver } from './shares.ts'

/** A unit that this process has claimed, and how many of its rows have yet to get an outcome here. */
export type HeldUnit = Unit & {
  left: number
  /** Its claim ran out under us; whatever its rows become is for the next owner to say. */
  lost: boolean
  /** A call of this unit is to be replayed, or a row of it looked at again, no sooner than this. */
  replayInMs: number
}

/** Rows that leave in one call. Several only when the provider takes batches. */
export type Job = {
  unit: HeldUnit
  message: Compiled
  rows: SendableRow[]
  /** A call whose answer was lost: it is repeated as it was, and its rows are wired already. */
  replay?: { lo: number; generation: number; requestHash: Buffer; ageMs: number }
}

/**
 * The work in this process's hand: the most urgent first, with a share for the others, and among equals one message after another, so
 * that ten guests never wait behind a hundred thousand.
 */
export function createHand() {
  const units = new Map<string, HeldUnit>()
  const bands = new Map<number, Band>()
  let jobsTaken = 0
  let rowsTaken = 0
  let wake: (() => void)[] = []

  const nameOf = ({ messageId, id }: Pick<UnitKey, 'messageId' | 'id'>) => `${messageId}/${id}`

  function bandOf({ unit }: Job) {
    const band = bands.get(unit.priority) ?? createBand()
    bands.set(unit.priority, band)
    return band
  }

  function wakeAll() {
    for (const go of wake.splice(0)) go()
  }

  return {
    hold: (unit: HeldUnit) => void units.set(nameOf(unit), unit),
    drop: (unit: UnitKey) => void units.delete(nameOf(unit)),
    units: () => [...units.values()],

    put(job: Job, atFront = false) {
      bandOf(job).put(job, atFront)
      wakeAll()
    },

    take(): Job | undefined {
      const waiting = [...bands].filter(([, band]) => band.rows() > 0).sort(([a], [b]) => a - b)
      if (waiting.length === 0) return undefined
      jobsTaken += 1
      const job = waiting[Math.min(bandsPassedOver(jobsTaken), waiting.length - 1)]![1].take()
      rowsTaken += job.rows.length
      return job
    },

    /** Rows that wait for a line: all, or those that are at least as urgent as `priority`. */
    rowsWaiting(priority = Infinity) {
      let rows = 0
      for (const [urgency, band] of bands) if (urgency <= priority) rows += band.rows()
      return rows
    },

    /** The priorities of what waits, the most urgent first. */
    priorities: () => [...bands].flatMap(([priority, band]) => (band.rows() > 0 ? priority : [])).sort((a, b) => a - b),

    /** Rows that were ever taken: how fast it grows is how fast mails leave. */
    rowsTaken: () => rowsTaken,

    /** Resolves when there may be a job to take. */
    changed: () => new Promise<void>((resolve) => wake.push(resolve)),
    wakeAll,

    /** Takes all of it, to give it back: it does not leave, and so says nothing about how fast mails do. */
    takeAll: () =>
      [...bands.values()].flatMap((band) => {
        const jobs: Job[] = []
        while (band.rows() > 0) jobs.push(band.take())
        return jobs
      }),

    /** Empties the queues: what was never marked is simply given back. */
    clear: () => bands.clear(),

    /** These belong to somebody else now. Answers how many of them were here. */
    lose(lost: readonly UnitKey[]) {
      const stays = isNoneOf(lost)
      const mine = [...units.values()].filter((unit) => !stays(unit))
      for (const unit of mine) {
        unit.lost = true
        units.delete(nameOf(unit))
      }
      return mine.length
    },
  }
}

export type Hand = ReturnType<typeof createHand>
