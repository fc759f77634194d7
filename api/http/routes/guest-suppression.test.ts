import { expect, test } from 'vitest'
import { at, host as maren, shareAppWithHost } from '../../../test/hosted-app.ts'
import * as given from '../../../test/given.ts'
import type { SuppressionReason } from '../../storage/schema.gen.ts'

shareAppWithHost()

/** A guest of Maren's whose address is suppressed, for her or for everybody. */
async function suppressed(name: string, reason: SuppressionReason, hostId: string | null = maren.userId) {
  const address = `${name}@example.com`
  const event = await given.event(at.db, { hostId: maren.userId })
  const [guest] = await given.guests(at.db, event.id, [{ email: address }])
  await at.db.insertInto('suppressions').values({ address, reason, hostId }).execute()
  const left = async () =>
    (await at.db.selectFrom('suppressions').select('id').where('address', '=', address).execute()).length
  return { path: `/events/${event.id}/guests/${guest!.id}`, guestId: guest!.id, left }
}

test('a host sees that mails to an address bounced, and may have it tried again; it is written down', async () => {
  const { path, guestId, left } = await suppressed('ada', 'hard_bounce')
  expect((await maren.get(path)).body.bouncedAt).toEqual(expect.any(String))

  const lifted = await maren.delete(`${path}/suppression`)

  expect(lifted.status).toBe(204)
  expect(await left()).toBe(0)
  expect((await maren.get(path)).body.bouncedAt).toBeNull()
  const log = await at.db.selectFrom('auditLog').selectAll().where('action', '=', 'suppression.lift').execute()
  expect(log).toMatchObject([{ subject: guestId, userId: maren.userId }])
})

test('to lift what is not there changes nothing', async () => {
  const { path } = await suppressed('bao', 'hard_bounce')
  await maren.delete(`${path}/suppression`)

  expect((await maren.delete(`${path}/suppression`)).status).toBe(204)
})

test.each([
  ['a complaint', 'complaint', 'own'],
  ['what holds for everybody', 'hard_bounce', 'everybody'],
  ['what another host met', 'hard_bounce', 'another host'],
] as const)('%s is not a host’s to lift, nor to see', async (_what, reason, whose) => {
  const hostId = { own: maren.userId, everybody: null, 'another host': (await given.host(at.db)).id }[whose]
  const { path, left } = await suppressed(whose.replace(' ', '-'), reason, hostId)

  expect((await maren.get(path)).body.bouncedAt).toBeNull()
  await maren.delete(`${path}/suppression`)

  expect(await left()).toBe(1)
})
