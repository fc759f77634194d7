import type { FileGuest } from './fold.ts'

/** As much of a guest of the list as tells who it is. */
export type Known = { name: string | null; household: string | null }

/**
 * The guest of the list that a guest of the file is: undefined for a new one, "vague" when it could be several. All guests of one
 * address are of one household, in the list as in the file: the database holds to it.
 */
export type Match<K extends Known> = { guest: FileGuest; known: K | undefined | 'vague' }

/** Matches the guests of one address. */
export function matchAddress<K extends Known>(guests: readonly FileGuest[], known: readonly K[]): Match<K>[] {
  const only = known.length === 1 ? known[0]! : undefined
  const byName = Map.groupBy(known, ({ name }) => name)
  const namesake = ({ name }: FileGuest) => byName.get(name)?.[0]
  const sameHousehold = ({ household }: FileGuest) => household !== null && household === known[0]?.household
  // A guest who is alone at the address and whom no row names is the first of them under another name, unless both name the
  // same household: then they are two.
  const renamed =
    only && !guests.some(namesake) ? guests.find((guest) => guest.name === null || !sameHousehold(guest)) : undefined

  return guests.map((guest) => {
    if (guest === renamed) return { guest, known: only }
    if (known.length < 2) return { guest, known: namesake(guest) }
    if (guest.household !== null && !sameHousehold(guest)) return { guest, known: 'vague' }
    const isNew = guest.name !== null && guest.household !== null
    return { guest, known: namesake(guest) ?? (isNew ? undefined : 'vague') }
  })
}

/** Matches the guests of one name who have no address: by household, or to one whose household nobody has told yet. */
export function matchName<K extends Known>(guests: readonly FileGuest[], known: readonly K[]): Match<K>[] {
  const byHousehold = Map.groupBy(known, ({ household }) => household)
  const untold = (byHousehold.get(null) ?? []).values()
  return guests.map((guest) => {
    const match = byHousehold.get(guest.household)?.[0] ?? (guest.household === null ? known[0] : untold.next().value)
    return { guest, known: match }
  })
}
