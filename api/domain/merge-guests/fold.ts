import type { GuestCells, GuestRow, RejectedRow } from '../guest-csv.ts'
import { tagsPerGuestMax } from '../person-text.ts'

/** What a file says of one guest, all its rows taken together; `line` is the first of them. */
export type FileGuest = GuestCells & { line: number }

export type Folded = { guests: FileGuest[]; rejected: RejectedRow[]; notes: string[] }

/**
 * Folds the rows of one address. They are one guest, unless several names stand with the same household: then each name is a guest,
 * and a row that names neither of them could mean anybody. The first household of the file counts.
 */
export function foldAddress(rows: readonly GuestRow[]): Folded {
  const household = rows.find((row) => row.household)?.household ?? null
  const theirs = rows.filter((row) => household !== null && row.household === household)
  const others = rows.filter((row) => household === null || row.household !== household)
  const names = new Set(theirs.map(({ name }) => name).filter((name) => name !== null))
  if (names.size < 2) return foldGuests([[...theirs, ...others]])

  const ofName = Map.groupBy(rows, ({ name }) => (name !== null && names.has(name) ? name : null))
  const vague = ofName.get(null) ?? []
  ofName.delete(null)
  const folded = foldGuests([...ofName.values()])
  for (const guest of folded.guests) guest.household = household
  return { ...folded, rejected: [...folded.rejected, ...vague.map(refuseVague)] }
}

/** Folds the rows of one name without an address: one guest for each household, and a row without one is the first of them. */
export function foldName(rows: readonly GuestRow[]): Folded {
  const first = rows.find((row) => row.household)?.household ?? null
  return foldGuests([...Map.groupBy(rows, ({ household }) => household ?? first).values()])
}

export function refuseVague({ line }: { line: number }): RejectedRow {
  return {
    line,
    reason: 'Several guests share this address. Name the guest and the household as they are in the list.',
  }
}

export const tooManyTags = `This guest would have more than ${tagsPerGuestMax} tags.`

/** Tags add up. Case alone does not make another one. */
export function addTags(tags: readonly string[], more: readonly string[]): string[] {
  const known = new Set(tags.map((tag) => tag.toLowerCase()))
  return [...tags, ...more.filter((tag) => !known.has(tag.toLowerCase()))]
}

function foldGuests(groups: readonly GuestRow[][]): Folded {
  const folded: Folded = { guests: [], rejected: [], notes: [] }
  for (const [first, ...others] of groups) {
    const guest = { ...first! }
    for (const row of others) foldRow(row, guest, folded)
    folded.guests.push(guest)
  }
  return folded
}

/** Where two rows disagree, the earlier one counts; a later one fills what is blank. */
function foldRow(row: GuestRow, guest: FileGuest, folded: Folded): void {
  const tags = addTags(guest.tags, row.tags)
  if (tags.length > tagsPerGuestMax) {
    folded.rejected.push({ line: row.line, reason: tooManyTags })
    return
  }
  const otherName = row.name !== null && guest.name !== null && row.name !== guest.name
  guest.name ??= row.name
  guest.phone ??= row.phone
  guest.rsvpStatus ??= row.rsvpStatus
  guest.partySize ??= row.partySize
  guest.household ??= row.household
  guest.tags = tags
  const merged = `Line ${row.line} is the same guest as line ${guest.line} and was merged.`
  folded.notes.push(otherName ? `${merged} ${howToKeepBoth}` : merged)
}

/** Two names at one address are more often a couple than a slip, and whoever is merged away is never heard of again. */
const howToKeepBoth = 'If they are two people with one address, write the same household in both lines.'
