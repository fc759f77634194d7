import type { Outcome } from '../../api/domain/retry.ts'
import type { SendableRow } from '../../api/storage/rows.ts'
import { recordOutcomes, type ClosedBatch } from '../../api/storage/record.ts'
import { finishMessages } from '../../api/storage/finish.ts'
import { suppressBadAddresses } from '../../api/storage/suppressions.ts'
import { settleUnit } from '../../api/storage/units.ts'
import { createBatcher } from './batcher.ts'
import type { Hand, HeldUnit } from './hand.ts'
import type { Notifier } from './notifier.ts'

/** One statement carries at most this many outcomes; larger ones gain nothing and lose more to one failure. */
const outcomesMax = 500

/** An outcome that is not on disk yet exists nowhere else, so writing it is tried again for as long as the process lives. */
const retryWriteAfterMs = 500

type Entry = {
  unit: HeldUnit
  row?: SendableRow
  outcome?: Outcome
  closed?: ClosedBatch
  /** The unit's last row: settle it in the same transaction. */
  closesUnit: boolean
}

/** Writes outcomes in self-clocking batches, ends units with their last row, and then the message. */
export function createLedger({ db, shard, log, clock }: Notifier, hand: Hand) {
  async function write(entries: Entry[]) {
    const outcomes = entries.flatMap(({ unit, row, outcome }) =>
      row && outcome ? [{ messageId: unit.messageId, seq: row.seq, unitId: unit.id, epoch: unit.epoch, outcome }] : [],
    )
    const closed = entries.flatMap((entry) => entry.closed ?? [])
    const bad = outcomes.filter(({ outcome }) => 'badAddress' in outcome && outcome.badAddress)
    const ending = entries.filter((entry) => entry.closesUnit && !entry.unit.lost).map(({ unit }) => unit)
    const writeAll = async (tx: Notifier['db']) => {
      const recorded = await recordOutcomes(tx, { outcomes, closed, shard })
      if (recorded.surprises > 0) log.error({ count: recorded.surprises }, 'double_send_detected')
      if (bad.length > 0) await suppressBadAddresses(tx, bad)
      for (const unit of ending) await settleUnit(tx, unit, unit.replayInMs)
    }
    await (ending.length + bad.length > 0 ? db.transaction().execute(writeAll) : writeAll(db))
    for (const unit of ending) hand.drop(unit)
    if (ending.length > 0) await finishMessages(db, [...new Set(ending.map((unit) => unit.messageId))])
  }

  async function writeForSure(entries: Entry[]) {
    for (;;) {
      try {
        await write(entries)
        return entries.map(() => undefined)
      } catch (error) {
        log.error({ err: error, outcomes: entries.length }, 'outcomes could not be written; trying again')
        await clock.sleep(retryWriteAfterMs)
      }
    }
  }

  const batcher = createBatcher<Entry, undefined>(writeForSure, outcomesMax)

  return {
    /** One row of the unit has its outcome, or needs none any more. */
    async enter(unit: HeldUnit, row?: SendableRow, outcome?: Outcome, closed?: ClosedBatch): Promise<void> {
      unit.left -= 1
      await batcher.add({ unit, row, outcome, closed, closesUnit: unit.left === 0 })
    },
    /** A unit that turned out to hold nothing to send now. */
    async settle(unit: HeldUnit) {
      await batcher.add({ unit, closesUnit: true })
    },
    idle: () => batcher.idle(),
  }
}

export type Ledger = ReturnType<typeof createLedger>
