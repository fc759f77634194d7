import { readEmailAddress } from './email-address.ts'
import { readHousehold, readName, readNote, readPhone, readTags } from './person-text.ts'
import { read, type Reading } from './reading.ts'
import { refusals } from './refusals.ts'
import { refused, type Refused } from './refusals/refusal.ts'
import type { RsvpStatus } from './rsvp.ts'

/** A guest as a host writes it; of an edit, the guest as the edit leaves it. */
export type GuestInput = {
  name?: string | null
  email?: string | null
  phone?: string | null
  household?: string | null
  note?: string | null
  tags?: readonly string[]
  rsvpStatus?: RsvpStatus
  partySize?: number
}

export type WrittenGuest = {
  name: string | null
  email: string | null
  phone: string | null
  household: string | null
  note: string | null
  tags: string[]
  rsvpStatus: RsvpStatus
  partySize: number
}

/** Reads all fields of a guest and says which one needs another look. */
export function readGuest(input: GuestInput): { kind: 'read'; guest: WrittenGuest } | Refused {
  const texts: Partial<Record<TextField, string | null>> = {}
  for (const [field, readField] of textFields) {
    const reading = readIfGiven(input[field], readField)
    if (!reading.ok) return refused(refusals.fieldInvalid, { field, problem: reading.problem })
    texts[field] = reading.value
  }
  const tags = readTags(input.tags ?? [])
  if (!tags.ok) return refused(refusals.fieldInvalid, { field: 'tags', problem: tags.problem })

  const { name = null, email = null, phone = null, household = null, note = null } = texts
  if (name === null && email === null) return refused(refusals.guestNameless)
  const { rsvpStatus = 'pending', partySize = 1 } = input
  return { kind: 'read', guest: { name, email, phone, household, note, tags: tags.value, rsvpStatus, partySize } }
}

type TextField = 'name' | 'email' | 'phone' | 'household' | 'note'

const textFields: readonly (readonly [TextField, (text: string) => Reading<string | null>])[] = [
  ['name', readName],
  ['email', readAddress],
  ['phone', readPhone],
  ['household', readHousehold],
  ['note', readNote],
]

function readAddress(text: string): Reading<string | null> {
  const reading = readEmailAddress(text)
  return reading.ok ? read(reading.address) : reading
}

/** An emptied field is a field that is taken away. */
function readIfGiven(text: string | null | undefined, readText: (text: string) => Reading<string | null>) {
  return text === null || text === undefined || text.trim() === '' ? read(null) : readText(text)
}
