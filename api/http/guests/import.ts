import { importLinesMax, type ImportReport } from '../../contract/guest.ts'
import { readGuestCsv, type GuestFile } from '../../domain/guest-csv.ts'
import { planImport, type ImportPlan } from '../../domain/merge-guests.ts'
import { refusals } from '../../domain/refusals.ts'
import { guestsPerEventMax } from '../../domain/refusals/guest-limit-reached.ts'
import { refused, type Refused } from '../../domain/refusals/refusal.ts'
import type { Db } from '../../storage/database.ts'
import { findGuestsLike, importGuests } from '../../storage/guest-import.ts'
import { hasGuests, isAddressTaken } from '../../storage/guests.ts'
import { lockEvent } from '../../storage/message-edits.ts'
import { transact } from '../../storage/transact.ts'
import type { Deps } from '../deps.ts'

/** Somebody may add by hand a guest that the file has too, in the very moment; the second look sees that guest. */
const triesMax = 3

type Import = { eventId: string; file: Uint8Array; dryRun: boolean }
export type Imported = { kind: 'imported'; report: ImportReport }

/** All guests of the file or none, in one transaction. Nobody is mailed by it. */
export async function importGuestFile(deps: Deps, { eventId, file, dryRun }: Import): Promise<Imported | Refused> {
  const reading = readGuestCsv(file)
  if (reading.kind === 'refused') return reading
  for (let attempt = 1; ; attempt++) {
    try {
      return await transact(deps.database.db, (tx) => importRows(tx, { eventId, dryRun }, reading))
    } catch (error) {
      if (!isAddressTaken(error) || attempt === triesMax) throw error
    }
  }
}

async function importRows(
  tx: Db,
  { eventId, dryRun }: Omit<Import, 'file'>,
  file: GuestFile,
): Promise<Imported | Refused> {
  // Two imports at once would each create what the other does too; the second waits, and then finds it.
  if (!dryRun) await lockEvent(tx, eventId)
  const plan = planImport(file.rows, await findGuestsLike(tx, eventId, file.rows))
  const room = guestsPerEventMax - plan.created.length
  if (plan.created.length > 0 && (await hasGuests(tx, eventId, room + 1))) return refused(refusals.guestLimitReached)
  if (!dryRun) await importGuests(tx, eventId, plan)
  return { kind: 'imported', report: reportOf(plan, file, dryRun) }
}

function reportOf(plan: ImportPlan, file: GuestFile, dryRun: boolean): ImportReport {
  const rejected = [...file.rejected, ...plan.rejected].sort((a, b) => a.line - b.line)
  return {
    dryRun,
    created: plan.created.length,
    updated: plan.updated.length,
    unchanged: plan.unchanged,
    rejected: rejected.slice(0, importLinesMax),
    rejectedTotal: rejected.length,
    notes: firstNotes([...file.notes, ...plan.notes]),
  }
}

/** The last note says how many there is no room for. */
function firstNotes(notes: readonly string[]): string[] {
  if (notes.length <= importLinesMax) return [...notes]
  const told = notes.slice(0, importLinesMax - 1)
  return [...told, `And ${(notes.length - told.length).toLocaleString('en')} more like these.`]
}
