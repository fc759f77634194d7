import { parsePhoneNumberFromString } from 'libphonenumber-js'
import { readLine, readParagraphs } from './plain-text.ts'
import { read, unread, type Reading } from './reading.ts'
import { partySizeMax } from './rsvp.ts'

/** What the columns take; the guests table says the same. */
export const nameMax = 200
export const phoneMax = 32
export const householdMax = 200
export const noteMax = 2_000
export const tagMax = 50
/** More tags than this are a table of their own. */
export const tagsPerGuestMax = 20

/** A name is one line and never taken apart. */
export function readName(text: string): Reading<string | null> {
  return readLine(text, { label: 'The name', max: nameMax })
}

export function readHousehold(text: string): Reading<string | null> {
  return readLine(text, { label: 'The household', max: householdMax })
}

export function readNote(text: string): Reading<string | null> {
  return readParagraphs(text, { label: 'The note', max: noteMax })
}

const phoneShape = /^\+?[\d ().\u00a0/-]*\d(?: ?(?:x|ext\.?|#) ?\d{1,6})?$/i
/** The shortest numbers that people are reached by (ITU-T E.164 leaves them to the countries). */
const phoneDigitsMin = 3

/**
 * Reads a phone number. With a country code it is stored as E.164; without one it stays as typed, because which country is meant
 * is not ours to guess. An extension has no place in E.164, so such a number stays as typed too.
 */
export function readPhone(text: string): Reading<string | null> {
  const line = readLine(text, { label: 'The phone number', max: phoneMax })
  if (!line.ok || line.value === null) return line
  const digits = line.value.replaceAll(/\D/g, '').length
  if (!phoneShape.test(line.value) || digits < phoneDigitsMin) {
    return unread('Write the phone number in digits, such as +49 30 901820.')
  }
  if (!line.value.startsWith('+')) return line

  const number = parsePhoneNumberFromString(line.value)
  if (!number?.isPossible()) return unread('This phone number has too many or too few digits for its country.')
  return read(number.ext ? line.value : number.number)
}

/** Reads tags, from a list or from one cell ("family; table 4"). Case alone does not make another tag; the first spelling stays. */
export function readTags(value: string | readonly string[]): Reading<string[]> {
  if (typeof value === 'string' && value.length > tagsPerGuestMax * tagMax * 4) return unread(tooManyTags)
  const words = typeof value === 'string' ? value.split(/[;,]/) : value
  const tags = new Map<string, string>()
  for (const word of words) {
    const tag = readLine(word, { label: 'A tag', max: tagMax })
    if (!tag.ok) return tag
    if (tag.value === null) continue
    if (/[;,]/.test(tag.value)) return unread('A tag cannot have a comma or a semicolon in it.')
    const key = tag.value.toLowerCase()
    if (!tags.has(key)) tags.set(key, tag.value)
  }
  return tags.size > tagsPerGuestMax ? unread(tooManyTags) : read([...tags.values()])
}

const tooManyTags = `A guest can have ${tagsPerGuestMax} tags at most.`

/** Reads how many people come with one answer, the guest included. */
export function readPartySize(text: string): Reading<number | null> {
  const typed = text.trim()
  if (typed === '') return read(null)
  const size = /^\d{1,3}$/.test(typed) ? Number(typed) : 0
  return size >= 1 && size <= partySizeMax
    ? read(size)
    : unread(`The party size must be a number from 1 to ${partySizeMax}.`)
}
