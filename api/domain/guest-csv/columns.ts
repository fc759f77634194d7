import { readEmailAddress } from '../email-address.ts'
import { readHousehold, readName, readPartySize, readPhone, readTags } from '../person-text.ts'
import { read, type Reading } from '../reading.ts'
import type { RsvpStatus } from '../rsvp.ts'
import { readAnswer } from './answers.ts'

/** A guest as a file tells it. Null and no tags mean that the cell is blank. */
export type GuestCells = {
  name: string | null
  email: string | null
  phone: string | null
  rsvpStatus: RsvpStatus | null
  partySize: number | null
  tags: string[]
  household: string | null
}

type Column<Key extends keyof GuestCells> = {
  key: Key
  header: string
  /** What people call it, in lower case and with spaces. */
  aliases: readonly string[]
  read: (cell: string) => Reading<GuestCells[Key]>
}

function column<Key extends keyof GuestCells>(of: Column<Key>) {
  return of
}

/** The columns of a guest list, in the order in which they are written. */
export const columns = [
  column({ key: 'name', header: 'name', aliases: ['full name', 'guest', 'guest name'], read: readName }),
  column({
    key: 'email',
    header: 'email',
    aliases: ['e mail', 'mail', 'email address', 'e mail address'],
    read: readEmail,
  }),
  column({ key: 'phone', header: 'phone', aliases: ['phone number', 'telephone', 'mobile'], read: readPhone }),
  column({
    key: 'rsvpStatus',
    header: 'rsvp_status',
    aliases: ['rsvp', 'status', 'answer', 'response', 'reply'],
    read: readAnswer,
  }),
  column({ key: 'partySize', header: 'party_size', aliases: ['party', 'people', 'seats'], read: readPartySize }),
  column({ key: 'tags', header: 'tags', aliases: ['tag', 'labels', 'groups'], read: readTags }),
  column({ key: 'household', header: 'household', aliases: ['family', 'household name'], read: readHousehold }),
] as const

/** The column that a header names, however it is written: "E-Mail", "party_size" and "Party size" are known. */
export function columnOf(header: string) {
  const words = header
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ')
  return columns.find(
    (known) => known.header.replace('_', ' ') === words || known.aliases.some((alias) => alias === words),
  )
}

function readEmail(cell: string): Reading<string | null> {
  if (cell.trim() === '') return read(null)
  const reading = readEmailAddress(cell)
  return reading.ok ? read(reading.address) : reading
}
