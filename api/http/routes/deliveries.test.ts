import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, type Somebody, type TestApp } from '../../../test/app.ts'
import * as given from '../../../test/given.ts'

let at: TestApp
let host: Somebody
let path: string
beforeAll(async () => {
  at = await createTestApp()
  host = await at.signUp('host@example.org')
  const event = await given.event(at.db, { hostId: host.userId })
  const fired = { status: 'sent' as const, firedAt: minute(0), content: '{}' }
  const { id: messageId } = await given.message(at.db, event.id, fired)
  path = `/events/${event.id}/messages/${messageId}/deliveries`
  const row = (seq: number, name: string) => ({
    ...{ messageId, seq, address: `${name.toLowerCase()}@example.org` },
    variables: JSON.stringify({ name, linkVersion: 1 }),
  })
  const sent = { state: 'accepted' as const, attempt: 1, provider: 'smtp', wiredAt: minute(1), acceptedAt: minute(2) }
  await at.db
    .insertInto('messageDeliveries')
    .values([
      { ...row(1, 'Amina'), ...sent, deliveredAt: minute(3), openedAt: minute(9) },
      { ...row(2, 'Ben'), ...sent, bouncedAt: minute(4), bounceText: 'Mailbox full' },
      { ...row(3, 'Cleo'), state: 'failed', attempt: 1, reason: 'No such mailbox.', failedAt: minute(2) },
      { ...row(4, 'Dara'), state: 'skipped', reason: 'unsubscribed' },
      { ...row(5, 'Eli'), state: 'queued', attempt: 1, reason: 'The server asked to wait.', dueAt: minute(30) },
    ])
    .execute()
})
afterAll(() => at.close())

function minute(n: number) {
  return new Date(Date.UTC(2027, 2, 1, 12, n))
}

test('each guest has a status, a reason in words and a timeline', async () => {
  const { items, nextCursor } = (await host.get(path)).body

  expect(nextCursor).toBeNull()
  expect(items.map((item: Record<string, string>) => [item.guestName, item.status, item.reason])).toEqual([
    ['Amina', 'opened', null],
    ['Ben', 'bounced', 'Mailbox full'],
    ['Cleo', 'failed', 'No such mailbox.'],
    ['Dara', 'skipped', 'Unsubscribed'],
    ['Eli', 'delayed', 'The server asked to wait.'],
  ])
  expect(items[0]).toMatchObject({ address: 'amina@example.org', attempts: 1, provider: 'smtp' })
  expect(items[0].timeline.map((moment: { text: string }) => moment.text)).toEqual([
    'Handed over to the mail provider',
    'Sent: the mail provider has taken it',
    'Delivered to the mailbox',
    'Opened',
  ])
  expect(items[4].dueAt).toBe('2027-03-01T12:30:00.000Z')
})

test('a status narrows the list', async () => {
  expect((await host.get(`${path}?status=failed`)).body.items).toMatchObject([{ guestName: 'Cleo' }])
  expect((await host.get(`${path}?status=clicked`)).body.items).toEqual([])
})

test('pages follow each other', async () => {
  const first = await host.get(`${path}?limit=3`)
  const second = await host.get(`${path}?limit=3&cursor=${first.body.nextCursor}`)

  expect([...first.body.items, ...second.body.items]).toHaveLength(5)
  expect(second.body.nextCursor).toBeNull()
})

test('a cursor of one filter is none of another', async () => {
  const { nextCursor } = (await host.get(`${path}?limit=1`)).body

  expect((await host.get(`${path}?status=failed&cursor=${nextCursor}`)).body).toMatchObject({ status: 400 })
})

test.each(['status=lost', 'limit=0', 'cursor=nonsense', 'colour=red'])('a list with %s is refused', async (query) => {
  expect((await host.get(`${path}?${query}`)).status).toBe(400)
})
