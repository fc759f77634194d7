import type { Db } from '../../../api/storage/database.ts'
import { instantOfRule } from '../../../api/domain/schedule-rule.ts'
import { storeNewEvent } from '../../../api/http/events/write.ts'
import { readEvent } from '../../../api/domain/read-event.ts'
import type { Deps } from '../../../api/http/deps.ts'
import type { RsvpStatus } from '../../../api/domain/rsvp.ts'
import { oneDay } from '../../../api/domain/reminders/one-day.ts'
import * as given from '../../given.ts'
import type { Random } from '../time/random.ts'

/** Evenings before and after which the clocks change, and other traps of the calendar (the table T1-T15 of what "a day before" means). */
const evenings = [
  { localStart: '2027-03-14T18:00', timezone: 'America/New_York' },
  { localStart: '2027-03-15T02:30', timezone: 'America/New_York' },
  { localStart: '2027-11-07T18:00', timezone: 'America/New_York' },
  { localStart: '2027-03-28T10:00', timezone: 'Europe/London' },
  { localStart: '2027-03-29T02:30', timezone: 'Europe/Berlin' },
  { localStart: '2027-04-04T09:00', timezone: 'Australia/Lord_Howe' },
  { localStart: '2027-09-06T00:30', timezone: 'America/Santiago' },
  { localStart: '2027-05-01T00:10', timezone: 'Asia/Kathmandu' },
  { localStart: '2027-01-01T00:30', timezone: 'Pacific/Kiritimati' },
  { localStart: '2028-03-01T09:00', timezone: 'America/New_York' },
  { localStart: '2027-02-08T20:00', timezone: 'Africa/Casablanca' },
] as const

export type Evening = (typeof evenings)[number]

/** Which evening it is, and when virtual time begins: a little before its one-day reminder is due. */
export function chooseEvening(random: Random): { evening: Evening; startsAt: Date } {
  const evening = random.pick(evenings)
  const reminderAt = instantOfRule(oneDay.rule, evening)
  return { evening, startsAt: new Date(reminderAt.getTime() - random.whole(5_000, 60_000)) }
}

/** What of the party the host and the oracle speak about. */
export type Party = { hosts: Host[] }
export type Host = { id: string; eventId: string }

/** Names that have hurt somebody before. */
const names = [
  'Amina',
  'Zoë "Zo" Müller',
  '山田 太郎',
  'محمد',
  '<b>Bob</b> & Söhne',
  'Robert\u2028Bcc: evil@example.net',
  '.',
  '👩‍👩‍👧‍👦',
]

/**
 * Two hosts who know nothing of each other, with the same friends: an event each, its reminders, a broadcast that is due soon, and
 * guests who have unsubscribed, have no address, share one, or are on one host's list of those who get nothing.
 */
export async function giveParty(deps: Deps, evening: Evening, guests: number, random: Random): Promise<Party> {
  const { db } = deps.database
  const hosts: Host[] = []
  for (const nth of [1, 2]) {
    const host = await given.host(db, { name: `Host ${nth}`, email: `host-${nth}@example.org` })
    const eventId = await storeEvent(deps, host.id, nth, evening)
    await inviteGuests(db, eventId, nth === 1 ? guests : Math.ceil(guests / 3), random)
    await sendSoon(db, eventId, deps.now(), random)
    hosts.push({ id: host.id, eventId })
  }
  await suppressSome(db, hosts)
  return { hosts }
}

async function storeEvent(deps: Deps, hostId: string, nth: number, evening: Evening): Promise<string> {
  // The second one is next month and only has a broadcast now.
  const later = { localStart: '2028-06-20T18:00', timezone: 'Europe/Berlin' }
  const asked = { name: `Dinner of host ${nth}`, venue: 'The Old Mill', ...(nth === 1 ? evening : later) }
  const reading = readEvent(asked, deps.now())
  if (reading.kind === 'refused') throw new Error('the party is refused')
  return (await storeNewEvent(deps, deps.database.db, reading.event, hostId)).id
}

async function inviteGuests(db: Db, eventId: string, count: number, random: Random) {
  const statuses: readonly RsvpStatus[] = ['attending', 'maybe', 'pending', 'declined']
  await given.manyGuests(db, eventId, count, (n) => ({
    name: random.chance(0.2) ? random.pick(names) : `Guest ${n}`,
    rsvpStatus: random.pick(statuses),
    ...(n % 13 === 0 && { email: null }),
    ...(n % 11 === 0 && { unsubscribedAt: '2026-01-01T00:00:00Z' }),
    // Families of three on one address.
    ...(n % 10 >= 7 && n > 6 && { email: `family-${Math.floor(n / 10)}@example.com`, household: 'family' }),
  }))
}

async function sendSoon(db: Db, eventId: string, beginsAt: Date, random: Random) {
  const inSeconds = (seconds: number) => new Date(beginsAt.getTime() + seconds * 1000)
  await given.dueMessage(db, eventId, { sendAt: inSeconds(random.whole(1, 20)) })
  const words = { subject: 'One more thing, {{guest_name}}', audience: ['attending', 'maybe'] }
  await given.dueMessage(db, eventId, { ...words, sendAt: inSeconds(random.whole(1, 60)) })
}

/** The first host's list of those who get nothing; the second host's guests of the same address still get theirs. */
async function suppressSome(db: Db, [first]: Host[]) {
  const list = ['guest-2@example.com', 'guest-5@example.com'].map((address) => {
    return { address, hostId: first!.id, reason: 'complaint' as const }
  })
  await db.insertInto('suppressions').values(list).execute()
}
