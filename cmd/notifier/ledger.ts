import type { Outcome } from '../../api/domain/retry.ts'
import type { Db } from '../../api/storage/database.ts'
import { recordAndMark } from '../../api/storage/record-and-mark.ts'
import { recordOutcomes, type ClosedBatch, type Recorded, type RecordedOutcome } from '../../api/storage/record.ts'
import type { SendableRow } from '../../api/storage/rows.ts'
import { suppressBadAddresses } from '../../api/storage/suppressions.ts'
import { settleUnit } from '../../api/storage/units.ts'
import { markWired, type Mark } from '../../api/storage/wire.ts'
import { createExchange, type Entered, type Page } from './exchange.ts'
import { finish } from './finished.ts'
import type { Hand, HeldUnit } from './hand.ts'
import { metered } from './metered.ts'
import type { Notifier } from './notifier.ts'
import { tellSurprises } from './surprises.ts'

export type Entry = Entered & {
  unit: HeldUnit
  row?: SendableRow
  outcome?: Outcome
  closed?: ClosedBatch
  /** The unit's last row: settle it in the same transaction. */
  closesUnit?: boolean
}

/** Writes outcomes and wire marks, ends units with their last row, and then the message. */
export function createLedger(notifier: Notifier, hand: Hand) {
  const { db, shard, transport, settings, log, meter } = notifier
  const exchange = createExchange<Entry>(notifier, metered(notifier, writeAndTell))

  async function writeAndTell(page: Page<Entry>): Promise<readonly Mark[]> {
    const marks = await write(page)
    notifier.changes?.moved(movedBy(page, marks))
    return marks
  }

  /** Words that a database does not take are left out: they must not keep what became of their mail, and of others, from being written. */
  async function write(page: Page<Entry>): Promise<readonly Mark[]> {
    try {
      return await writePage(page, outcomeOfRow)
    } catch (error) {
      if (!isDataError(error) || page.entries.length === 0) throw error
      log.error({ err: error, outcomes: page.entries.length }, 'outcomes are written without the words of the provider')
      return writePage(page, (entry) => outcomeOfRow(entry).map(withoutWords))
    }
  }

  async function writePage(
    { entries, rows, account }: Page<Entry>,
    read: (entry: Entry) => RecordedOutcome[],
  ): Promise<readonly Mark[]> {
    const outcomes = entries.flatMap(read)
    const recording = { outcomes, closed: entries.flatMap(({ closed }) => closed ?? []), shard }
    const own = { provider: transport.provider, shard, cap: settings.frequencyCap, notSettled }
    const marking = { rows, ...own, ...(account !== undefined && { account }) }
    const ending = entries.filter(({ closesUnit, unit }) => closesUnit && !unit.lost).map(({ unit }) => unit)
    const bad = outcomes.filter(({ outcome }) => 'badAddress' in outcome && outcome.badAddress)
    if (ending.length + bad.length === 0) {
      const { recorded, marks } = await recordAndMark(db, recording, marking)
      tell(recorded)
      return marks
    }
    const recorded = await db.transaction().execute(async (tx) => {
      const told = await recordOutcomes(tx, recording)
      await endWith(tx, bad, ending)
      return told
    })
    tell(recorded)
    for (const unit of ending) hand.drop(unit)
    if (ending.length > 0) await finish(notifier, [...new Set(ending.map((unit) => unit.messageId))])
    return rows.length > 0 ? markWired(db, marking) : []
  }

  async function endWith(tx: Db, bad: readonly RecordedOutcome[], ending: readonly HeldUnit[]) {
    if (bad.length > 0) await suppressBadAddresses(tx, bad)
    for (const unit of ending) await settleUnit(tx, unit, unit.replayInMs)
  }

  function notSettled(error: unknown) {
    log.error({ err: error }, 'mails that must not go could not be settled; they wait')
    meter?.add('settle_failures')
  }

  const tell = ({ surprises }: Recorded) => tellSurprises({ log, meter }, surprises)

  return {
    /** One row of the unit has its outcome, or needs none any more. */
    enter(entry: Omit<Entry, 'closesUnit'>) {
      entry.unit.left -= 1
      exchange.enter({ ...entry, closesUnit: entry.unit.left === 0 })
    },
    /** A unit that turned out to hold nothing to send now. */
    settle: (unit: HeldUnit) => new Promise<void>((written) => exchange.enter({ unit, closesUnit: true, written })),
    mark: exchange.mark,
    pageMs: exchange.pageMs,
    idle: exchange.idle,
  }
}

function outcomeOfRow({ unit, row, outcome }: Entry): RecordedOutcome[] {
  if (!row || !outcome) return []
  return [{ messageId: unit.messageId, seq: row.seq, unitId: unit.id, epoch: unit.epoch, outcome }]
}

/** Messages of rows that have become something else; one that is on the wire counts as queued. */
function* movedBy({ entries }: Page<Entry>, marks: readonly Mark[]) {
  let last: string | undefined
  for (const { unit, outcome } of entries) if (outcome && unit.messageId !== last) yield (last = unit.messageId)
  for (const { messageId, verdict } of marks) if (!countsAsBefore.has(verdict)) yield messageId
}

const countsAsBefore = new Set<Mark['verdict']>(['wired', 'held', 'wait', 'unsettled'])

/** SQLSTATE class 22: no repeat would help. */
function isDataError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('22')
}

function withoutWords(recorded: RecordedOutcome): RecordedOutcome {
  const { outcome } = recorded
  const words =
    outcome.state === 'accepted' ? { providerMessageId: '' } : { reason: 'What was answered could not be kept.' }
  return { ...recorded, outcome: { ...outcome, ...words, reply: undefined } as Outcome }
}

export type Ledger = ReturnType<typeof createLedger>
