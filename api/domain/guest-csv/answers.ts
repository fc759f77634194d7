import { read, unread, type Reading } from '../reading.ts'
import { rsvpStatuses, type RsvpStatus } from '../rsvp.ts'

/** How people and other tools write an answer, beside our own word: what calendars, ticket shops and invitation sites export. */
const otherWords: Record<RsvpStatus, readonly string[]> = {
  pending: ['invited', 'no reply', 'no response', 'not replied', 'not responded', 'needs action', 'awaiting reply'],
  attending: ['yes', 'y', 'accepted', 'accept', 'going', 'coming', 'confirmed', 'will attend'],
  declined: [
    'no',
    'n',
    'decline',
    'not going',
    'not coming',
    'not attending',
    'will not attend',
    "can't go",
    'regrets',
  ],
  maybe: ['tentative', 'perhaps', 'unsure', 'not sure'],
}

const statusOf = new Map(
  rsvpStatuses.flatMap((status) => [status, ...otherWords[status]].map((word) => [word, status] as const)),
)

/** Of a cell that is no answer: enough to find it, and not a whole letter. */
const shownMax = 40

const accepted =
  'yes (attending, accepted, going), no (declined, not going), maybe (tentative) or pending (invited, no reply)'

/** Reads an answer, however it is written: "Yes", "NOT_GOING" and "Can’t go" are known. A blank cell is no answer. */
export function readAnswer(cell: string): Reading<RsvpStatus | null> {
  const word = cell
    .replaceAll(/[\s_-]+/g, ' ')
    .replaceAll('’', "'")
    .trim()
    .toLowerCase()
  if (word === '') return read(null)
  const status = statusOf.get(word)
  return status
    ? read(status)
    : unread(`“${cell.trim().slice(0, shownMax)}” is not an answer we know. Write ${accepted}.`)
}
