import { beforeEach, expect, test } from 'vitest'
import { cloneDatabase, type TestDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import type { FrozenContent } from '../domain/content.ts'
import { fireMessages } from './fire.ts'
import { changeHostSettings, findHostSettings } from './host-settings.ts'
import { findLink } from './message-links.ts'

const firer = {
  ...{ provider: 'smtp', from: { address: 'hello@tidings.test' }, publicUrl: 'http://localhost:3000' },
  expansion: { unitSize: 100, shard: 1 },
}
const body = 'See [the menu](https://menu.example/) and https://map.example/.'
const both = { trackOpens: true, trackClicks: true }

let db: TestDatabase['db']
let event: Awaited<ReturnType<typeof given.event>>
beforeEach(async () => {
  ;({ db } = await cloneDatabase())
  event = await given.event(db)
  await given.manyGuests(db, event.id, 2)
})

async function fired(values: Parameters<typeof given.dueMessage>[2] = {}) {
  const { id } = await given.dueMessage(db, event.id, { body, ...values })
  await fireMessages(db, firer, [id])
  const row = await db.selectFrom('scheduledMessages').select('content').where('id', '=', id).executeTakeFirstOrThrow()
  return { id, content: row.content as unknown as FrozenContent }
}
const links = () => db.selectFrom('messageLinks').select(['n', 'url']).orderBy('n').execute()

test('nobody is watched until their host says so', async () => {
  const { content } = await fired()

  expect(await findHostSettings(db, event.hostId)).toEqual({ trackOpens: false, trackClicks: false })
  expect(content).not.toHaveProperty('tracking')
  expect(await links()).toEqual([])
})

test('with the words, the links of a message are kept when it fires, each address once', async () => {
  await changeHostSettings(db, event.hostId, both)

  const { id, content } = await fired()

  expect(content.tracking).toEqual({ opens: true, links: ['https://menu.example/', 'https://map.example/'] })
  expect(await links()).toEqual([
    { n: 1, url: 'https://menu.example/' },
    { n: 2, url: 'https://map.example/' },
  ])
  expect(await findLink(db, { messageId: id, link: 2 })).toBe('https://map.example/')
  expect(await findLink(db, { messageId: id, link: 3 })).toBeUndefined()
})

test('a host who changes their mind changes the next message, and not the one that has fired', async () => {
  await changeHostSettings(db, event.hostId, both)
  const before = await fired()
  await changeHostSettings(db, event.hostId, { trackClicks: false })

  const after = await fired()

  expect(before.content.tracking?.links).toHaveLength(2)
  expect(after.content.tracking).toEqual({ opens: true, links: [] })
  expect(await links()).toHaveLength(2)
})

test('what an editor of the event has decided for their own events does not count', async () => {
  const editor = await given.host(db)
  await db.insertInto('eventCollaborators').values({ eventId: event.id, userId: editor.id, role: 'editor' }).execute()
  await changeHostSettings(db, editor.id, both)

  expect((await fired({ createdBy: editor.id })).content).not.toHaveProperty('tracking')
})

test('a notice is not watched', async () => {
  await changeHostSettings(db, event.hostId, both)

  expect((await fired({ kind: 'notice' })).content).not.toHaveProperty('tracking')
  expect(await links()).toEqual([])
})

test('links go with their event, and settings with their host', async () => {
  await changeHostSettings(db, event.hostId, both)
  await fired()

  await db.deleteFrom('events').where('id', '=', event.id).execute()
  await db.deleteFrom('users').where('id', '=', event.hostId).execute()

  expect(await links()).toEqual([])
  expect(await db.selectFrom('hostSettings').selectAll().execute()).toEqual([])
})
