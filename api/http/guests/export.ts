import { Readable } from 'node:stream'
import { writeGuestCsv } from '../../domain/guest-csv.ts'
import type { Db } from '../../storage/database.ts'
import { guestsInSlices } from '../../storage/guest-list.ts'

/** About a megabyte at a time. */
const sliceSize = 5_000

/** The guest list as a file, written while it is read: a hundred thousand guests need no more memory than one slice. */
export function guestFile(db: Db, eventId: string): Readable {
  return Readable.from(lines(db, eventId))
}

async function* lines(db: Db, eventId: string): AsyncGenerator<string> {
  const header = writeGuestCsv([])
  yield header
  for await (const slice of guestsInSlices(db, eventId, sliceSize)) yield writeGuestCsv(slice).slice(header.length)
}
