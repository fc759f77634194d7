import type { SendableRow } from '../../api/storage/rows.ts'
import type { Unit, UnitKey } from '../../api/storage/units.ts'
import type { Compiled } from './in-flight.ts'

/** A unit that this process has claimed, and how many of its rows have yet to get an outcome here. */
export type HeldUnit = Unit & {
  left: number
  /** Its claim ran out under us; whatever its rows become is for the next owner to say. */
  lost: boolean
  /** A call of this unit is to be replayed no sooner than this. */
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
 * The work in this process's hand: jobs in a queue per message, taken round-robin over messages, so that ten guests never wait
 * behind a hundred thousand.
 */
export function createHand() {
  const units = new Map<string, HeldUnit>()
  const queues = new Map<string, Job[]>()
  let rowsWaiting = 0
  let wake: (() => void)[] = []

  const nameOf = ({ messageId, id }: Pick<UnitKey, 'messageId' | 'id'>) => `${messageId}/${id}`

  function put(job: Job, atFront = false) {
    const queue = queues.get(job.message.id)
    if (!queue) queues.set(job.message.id, [job])
    else if (atFront) queue.unshift(job)
    else queue.push(job)
    rowsWaiting += job.rows.length
    for (const go of wake.splice(0)) go()
  }

  return {
    hold: (unit: HeldUnit) => void units.set(nameOf(unit), unit),
    drop: (unit: HeldUnit) => void units.delete(nameOf(unit)),
    units: () => [...units.values()],
    put,
    rowsWaiting: () => rowsWaiting,

    take(): Job | undefined {
      const [messageId, queue] = queues.entries().next().value ?? []
      if (messageId === undefined || !queue) return undefined
      const job = queue.shift()!
      // To the end of the round: the other messages come first now.
      queues.delete(messageId)
      if (queue.length > 0) queues.set(messageId, queue)
      rowsWaiting -= job.rows.length
      return job
    },

    /** Resolves when there may be a job to take. */
    changed: () => new Promise<void>((resolve) => wake.push(resolve)),
    wakeAll() {
      for (const go of wake.splice(0)) go()
    },

    /** Empties the queues: what was never marked is simply given back. */
    clear() {
      queues.clear()
      rowsWaiting = 0
    },

    /** After a heartbeat: units that are not in `held` belong to somebody else now. */
    keepOnly(held: readonly UnitKey[]) {
      const names = new Map(held.map((unit) => [nameOf(unit), unit.epoch]))
      const lost = [...units.values()].filter((unit) => names.get(nameOf(unit)) !== unit.epoch)
      for (const unit of lost) {
        unit.lost = true
        units.delete(nameOf(unit))
      }
      return lost
    },
  }
}

export type Hand = ReturnType<typeof createHand>
