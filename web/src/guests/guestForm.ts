import type { Guest, NewGuest } from '../../../api/contract/guest.ts'

export type GuestValues = {
  name: string
  email: string
  phone: string
  rsvpStatus: Guest['rsvpStatus']
  partySize: string
  tags: string
  household: string
  note: string
}

export function guestValues(guest?: Guest): GuestValues {
  return {
    name: guest?.name ?? '',
    email: guest?.email ?? '',
    phone: guest?.phone ?? '',
    rsvpStatus: guest?.rsvpStatus ?? 'pending',
    partySize: String(guest?.partySize ?? 1),
    tags: guest?.tags.join(', ') ?? '',
    household: guest?.household ?? '',
    note: guest?.note ?? '',
  }
}

export function guestOf(values: GuestValues): NewGuest {
  const blankAsNull = (text: string) => text.trim() || null
  return {
    name: blankAsNull(values.name),
    email: blankAsNull(values.email),
    phone: blankAsNull(values.phone),
    rsvpStatus: values.rsvpStatus,
    partySize: Number(values.partySize),
    tags: [...new Set(values.tags.split(',').map((tag) => tag.trim()))].filter(Boolean),
    household: blankAsNull(values.household),
    note: blankAsNull(values.note),
  }
}

export function guestFaults({ name, email, partySize }: GuestValues): Partial<Record<keyof GuestValues, string>> {
  const nameless = name.trim() === '' && email.trim() === ''
  const badEmail = email.trim() !== '' && !/^\S+@[^\s@]+$/.test(email.trim())
  return {
    name: nameless ? 'A guest needs a name or an e-mail address.' : undefined,
    email: badEmail ? 'This is not an e-mail address.' : undefined,
    partySize: /^([1-9]|[1-4]\d|50)$/.test(partySize) ? undefined : 'A party is 1 to 50 people.',
  }
}

/** What a guest is called in a sentence. */
export const guestLabel = ({ name, email }: Pick<Guest, 'name' | 'email'>) => name ?? email ?? 'This guest'
