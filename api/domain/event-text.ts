import { readLine, readParagraphs } from './plain-text.ts'
import { read, unread, type Reading } from './reading.ts'

/** What the columns take; the events and messages tables say the same. */
export const eventNameMax = 200
export const venueMax = 300
export const descriptionMax = 10_000
/** RFC 5322 section 2.1.1: no line of a header is longer, even unfolded by a careless reader. */
export const subjectMax = 998
/** In bytes. Mail programs cut what is longer than about 102 kB. */
export const bodyBytesMax = 102_400

export function readEventName(text: string): Reading<string | null> {
  return readLine(text, { label: 'The name of the event', max: eventNameMax })
}

export function readVenue(text: string): Reading<string | null> {
  return readLine(text, { label: 'The venue', max: venueMax })
}

export function readDescription(text: string): Reading<string | null> {
  return readParagraphs(text, { label: 'The description', max: descriptionMax })
}

/** A subject stands in a header, so it is one line. Empty is allowed: a draft may lack it. */
export function readSubject(text: string): Reading<string> {
  const line = readLine(text, { label: 'The subject', max: subjectMax })
  return line.ok ? read(line.value ?? '') : line
}

/** The Markdown of a message. Empty is allowed: a draft may lack it. */
export function readBody(text: string): Reading<string> {
  const body = readParagraphs(text, { label: 'The message', max: bodyBytesMax })
  if (!body.ok) return body
  const written = body.value ?? ''
  return Buffer.byteLength(written) > bodyBytesMax ? unread('The message can have 100 kB at most.') : read(written)
}
