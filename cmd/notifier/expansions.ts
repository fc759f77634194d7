import { expandSlice, expandToRecipient } from '../../api/storage/expand.ts'
import { noticeGrowth } from '../../api/storage/growth.ts'
import { settleUnit, type Unit, type UnitKey } from '../../api/storage/units.ts'
import { finish } from './finished.ts'
import type { MessageCache } from './in-flight.ts'
import { isNoneOf } from './lease.ts'
import type { Notifier } from './notifier.ts'

/** A slice that failed is tried again after this long. */
const againAfterMs = 1000

/**
 * Turns large messages into deliveries beside the sending, one slice at a time and one message after another, so that neither waits
 * for the other. `onProgress` is called when there may be something new to claim.
 */
export function createExpansions(notifier: Notifier, messages: MessageCache, onProgress: () => void) {
  const { db, settings, shard, log, clock } = notifier
  const units: Unit[] = []
  const stopped = new AbortController()
  let working: Promise<void> | undefined

  async function work() {
    for (let unit = units[0]; unit && !stopped.signal.aborted; unit = units[0]) {
      try {
        const goesOn = await slice(unit)
        // To the end of the round, unless it is done or was lost meanwhile.
        const place = units.indexOf(unit)
        if (place >= 0) units.splice(place, 1)
        if (goesOn && place >= 0) units.push(unit)
        onProgress()
      } catch (error) {
        log.error({ err: error, messageId: unit.messageId }, 'a message could not be expanded further; trying again')
        await clock.sleep(againAfterMs, stopped.signal)
      }
    }
    working = undefined
  }

  async function slice(unit: Unit): Promise<boolean> {
    const message = await messages.get(unit.messageId)
    if (!message) {
      await settleUnit(db, unit)
      return false
    }
    const { recipient, content, audience } = message
    const expanded = recipient
      ? await expandToRecipient(db, unit, { address: recipient, name: content.host.name, shard })
      : await expandSlice(db, unit, { audience, unitSize: settings.unitSize, shard })
    if (expanded.kind === 'lost') return false
    notifier.changes?.moved([unit.messageId])
    if (expanded.added > 0) await noticeGrowth(db, expanded.added)
    // An audience of nobody has no unit to end the message.
    if (expanded.kind === 'last') await finish(notifier, [unit.messageId])
    return expanded.kind === 'slice'
  }

  return {
    begin(unit: Unit) {
      units.push(unit)
      working ??= work()
    },

    units: (): readonly Unit[] => units,

    /** These belong to somebody else now. Answers how many of them were here. */
    lose(lost: readonly UnitKey[]) {
      const stay = units.filter(isNoneOf(lost))
      return units.splice(0, units.length, ...stay).length - stay.length
    },

    /** Ends after the slice that is being written, and gives back what is left. */
    async stop() {
      stopped.abort()
      await working
      for (const unit of units) await settleUnit(db, unit).catch(() => {})
    },
  }
}

export type Expansions = ReturnType<typeof createExpansions>
