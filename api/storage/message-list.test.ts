import { expect, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { messageStatuses, tabs, type Tab } from '../domain/message.ts'
import { listMessages, type MessageList } from './message-list.ts'

const at = (day: number) => new Date(Date.UTC(2099, 4, day))
const done = (day: number) => ({ status: 'sent' as const, sendAt: at(day), firedAt: at(day), content: '{}' })
const called = (subject: string) => ({ subject })

async function subjects(db: TestDatabase['db'], list: Omit<MessageList, 'limit'> & { limit?: number }) {
  return (await listMessages(db, { limit: 50, ...list })).map((row) => row.subject)
}

test('what goes out next comes first, drafts without a time last', async () => {
  const { db } = await cloneDatabase()
  const { id } = await given.event(db)
  await given.message(db, id, called('some day'))
  await given.message(db, id, { ...called('later'), status: 'scheduled', sendAt: at(9) })
  await given.message(db, id, { ...called('draft with a time'), sendAt: at(5) })
  await given.message(db, id, { ...called('soon'), status: 'scheduled', sendAt: at(2) })

  expect(await subjects(db, { eventId: id, tab: 'scheduled' })).toEqual([
    'soon',
    'draft with a time',
    'later',
    'some day',
  ])
})

test('what is over starts with the latest, and a missed message is among it', async () => {
  const { db } = await cloneDatabase()
  const { id } = await given.event(db)
  await given.message(db, id, { ...called('first'), ...done(1) })
  await given.message(db, id, { ...called('missed'), status: 'failed', endReason: 'missed', finishedAt: at(2) })
  await given.message(db, id, { ...called('last'), ...done(3) })
  for (const day of [4, 6, 5]) {
    await given.message(db, id, { ...called(`off ${day}`), status: 'cancelled', cancelledAt: at(day) })
  }

  expect(await subjects(db, { eventId: id, tab: 'sent' })).toEqual(['last', 'missed', 'first'])
  expect(await subjects(db, { eventId: id, tab: 'cancelled' })).toEqual(['off 6', 'off 5', 'off 4'])
})

test('every message is in exactly one tab', async () => {
  const { db } = await cloneDatabase()
  const { id } = await given.event(db)
  for (const status of messageStatuses) {
    const cancelledAt = status === 'cancelled' ? at(1) : null
    await given.message(db, id, { ...called(status), ...done(1), cancelledAt, status })
  }

  const perTab = await Promise.all((Object.keys(tabs) as Tab[]).map((tab) => subjects(db, { eventId: id, tab })))

  expect(perTab.flat().sort()).toEqual([...messageStatuses].sort())
  expect((await subjects(db, { eventId: id })).sort()).toEqual([...messageStatuses].sort())
})

test.each([
  ['six', ['Doors open at six']],
  ['CAFÉ', ['Café around the corner']],
  ['cafe', ['Café around the corner']],
  ['day-of', ['Today is the day']],
  ['7-day', ['See you in a week']],
  ['%', []],
  ['a_e', []],
])('a search for %j finds %j', async (q, found) => {
  const { db } = await cloneDatabase()
  const { id } = await given.event(db)
  const reminder = { kind: 'reminder' as const, status: 'scheduled' as const, sendAt: at(1) }
  await given.message(db, id, called('Doors open at six'))
  await given.message(db, id, called('Café around the corner'))
  await given.message(db, id, { ...called('Today is the day'), ...reminder, reminderKey: 'day_of' })
  await given.message(db, id, { ...called('See you in a week'), ...reminder, reminderKey: 'seven_day' })

  expect(await subjects(db, { eventId: id, q })).toEqual(found)
})

test('a status narrows the list, and what went to one person is not in it', async () => {
  const { db } = await cloneDatabase()
  const { id } = await given.event(db)
  await given.message(db, id, called('draft'))
  await given.message(db, id, { ...called('set'), status: 'scheduled', sendAt: at(1) })
  await given.message(db, id, { ...called('a test'), kind: 'test', recipient: 'host@example.org' })
  await given.message(db, id, { ...called('thank you'), kind: 'confirmation' })
  await given.message(db, (await given.event(db)).id, called('of another event'))

  expect(await subjects(db, { eventId: id, status: 'draft' })).toEqual(['draft'])
  expect((await subjects(db, { eventId: id })).sort()).toEqual(['draft', 'set'])
})

test.each(['scheduled', 'sent', 'cancelled', undefined] as const)(
  'pages of %s meet without gap or overlap',
  async (tab) => {
    const { db } = await cloneDatabase()
    const { id } = await given.event(db)
    for (let n = 0; n < 9; n++) {
      // Three share an instant, and the scheduled ones end with drafts that have none.
      const when = at(1 + Math.floor(n / 3))
      await given.message(db, id, { ...called(`d${n}`), sendAt: n < 6 ? when : null })
      await given.message(db, id, { ...called(`s${n}`), ...done(1 + Math.floor(n / 3)) })
      await given.message(db, id, { ...called(`c${n}`), status: 'cancelled', cancelledAt: when })
    }

    const whole = await subjects(db, { eventId: id, tab })
    const paged: string[] = []
    let after: MessageList['after']
    do {
      const rows = await listMessages(db, { eventId: id, tab, after, limit: 2 })
      paged.push(...rows.map((row) => row.subject))
      after = rows.at(-1)
    } while (after)

    expect(paged).toEqual(whole)
    expect(new Set(paged).size).toBe(tab ? 9 : 27)
  },
)

test('the shards of a message are added up', async () => {
  const { db } = await cloneDatabase()
  const { id } = await given.event(db)
  const message = await given.message(db, id, done(1))
  const counters = [
    { messageId: message.id, shard: 1, accepted: 7, failed: 1, openedMachine: 2 },
    { messageId: message.id, shard: 2, accepted: 3, skipped: 4, openedMachine: 3 },
  ]
  await db.insertInto('messageCounters').values(counters).execute()

  const [listed] = await listMessages(db, { eventId: id, limit: 1 })

  expect(listed).toMatchObject({ accepted: 10, failed: 1, skipped: 4, openedMachine: 5, queued: 0, unsubscribed: 0 })
})
