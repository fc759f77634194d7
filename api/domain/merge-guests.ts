import type { GuestCells, GuestRow, RejectedRow } from './guest-csv.ts'
import { addTags, foldAddress, foldName, refuseVague, tooManyTags, type FileGuest } from './merge-guests/fold.ts'
import { matchAddress, matchName } from './merge-guests/match.ts'
import { tagsPerGuestMax } from './person-text.ts'
import type { RsvpStatus } from './rsvp.ts'

export type ExistingGuest = {
  id: string
  name: string | null
  email: string | null
  phone: string | null
  rsvpStatus: RsvpStatus
  partySize: number
  tags: readonly string[]
  household: string | null
  /** Set by the guest's own answer. */
  respondedAt: Date | null
}

type NewGuest = FileGuest & { rsvpStatus: RsvpStatus; partySize: number }
type GuestUpdate = { guestId: string; line: number; change: Partial<GuestCells> }

/** The updates are to be carried out first: a new member of a household may need the household of the one who is there. */
export type ImportPlan = {
  created: NewGuest[]
  updated: GuestUpdate[]
  /** Guests whom the file names as they are. */
  unchanged: number
  rejected: RejectedRow[]
  /** Rows that were merged into another row of the file, in words. */
  notes: string[]
}

/**
 * Decides what a guest list does to the guests of an event. A blank cell never erases; tags add up; what a guest answered is not
 * overwritten. Rows of one address are one guest, unless both name the same household: then each name is a guest. Rows without an
 * address are known by their name.
 *
 * The file is folded to its guests first, without a look at the list, and only then matched: that is what makes the same file a
 * second time change nothing.
 */
export function planImport(rows: readonly GuestRow[], existing: Iterable<ExistingGuest>): ImportPlan {
  const plan: ImportPlan = { created: [], updated: [], unchanged: 0, rejected: [], notes: [] }
  const list = Map.groupBy(existing, identityOf)
  for (const [identity, sameIdentity] of Map.groupBy(rows, identityOf)) {
    const [fold, match] = sameIdentity[0]!.email === null ? byName : byAddress
    const { guests, rejected, notes } = fold(sameIdentity)
    plan.rejected.push(...rejected)
    plan.notes.push(...notes)
    for (const { guest, known } of match(guests, list.get(identity) ?? [])) {
      if (known === 'vague') plan.rejected.push(refuseVague(guest))
      else if (known) update(guest, known, plan)
      else plan.created.push({ ...guest, rsvpStatus: guest.rsvpStatus ?? 'pending', partySize: guest.partySize ?? 1 })
    }
  }
  for (const part of [plan.created, plan.updated, plan.rejected]) part.sort((a, b) => a.line - b.line)
  return plan
}

const byAddress = [foldAddress, matchAddress<ExistingGuest>] as const
const byName = [foldName, matchName<ExistingGuest>] as const

function identityOf({ email, name }: { email: string | null; name: string | null }): string {
  return email === null ? `name ${name}` : `address ${email}`
}

const plainCells = ['name', 'phone', 'household'] as const
/** What belongs to an answer; once a guest has given one, only that guest changes these. */
const answerCells = ['rsvpStatus', 'partySize'] as const

function update(guest: FileGuest, known: ExistingGuest, plan: ImportPlan): void {
  const tags = addTags(known.tags, guest.tags)
  if (tags.length > tagsPerGuestMax) {
    plan.rejected.push({ line: guest.line, reason: tooManyTags })
    return
  }
  const cells = known.respondedAt ? plainCells : [...plainCells, ...answerCells]
  const different = cells.filter((cell) => guest[cell] !== null && guest[cell] !== known[cell])
  const change: Partial<GuestCells> = Object.fromEntries(different.map((cell) => [cell, guest[cell]]))
  if (tags.length > known.tags.length) change.tags = tags

  if (Object.keys(change).length === 0) plan.unchanged += 1
  else plan.updated.push({ guestId: known.id, line: guest.line, change })
}
