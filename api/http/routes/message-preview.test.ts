import { beforeEach, expect, test } from 'vitest'
import { testConfig } from '../../../test/app.ts'
import { at, host, shareAppWithHost } from '../../../test/hosted-app.ts'
import * as given from '../../../test/given.ts'
import { compileMessage } from '../../content/compile.ts'
import { createLinkSigner } from '../../content/tokens.ts'
import { freezeContent } from '../../storage/frozen-content.ts'

let event: Awaited<ReturnType<typeof given.event>>
shareAppWithHost()
beforeEach(async () => {
  event = await given.event(at.db, { hostId: host.userId })
})

const path = (more: string) => `/events/${event.id}/messages${more}`
const words = { subject: 'For {{guest_name}}', body: 'See you at {{venue}}: {{rsvp_link}}' }

async function givenGuests() {
  return given.guests(at.db, event.id, [
    { name: 'Noor', email: 'b@example.org', rsvpStatus: 'attending' },
    { name: 'Amina', email: 'a@example.org' },
  ])
}

test('a preview is for the first guest of the audience, unless one is named', async () => {
  const [noor, amina] = await givenGuests()
  const message = await given.message(at.db, event.id, words)

  const first = await host.post(path(`/${message.id}/preview`))
  const named = await host.post(path(`/${message.id}/preview`), { guestId: noor!.id })

  expect(first.body).toMatchObject({ subject: 'For Amina', guestName: 'Amina' })
  expect(named.body).toMatchObject({ subject: 'For Noor', guestName: 'Noor' })
  const { sign } = createLinkSigner({ secretKey: testConfig.secretKey })
  expect(first.body.text).toContain(`${testConfig.publicUrl}/r/${sign('rsvp', amina!.id, 1)}`)
  expect(first.body.html).toContain('The Old Mill')
})

test('the preview is the mail, word for word', async () => {
  const now = new Date('2099-05-01T10:00:00Z')
  at.setNow(now)
  const [noor] = await givenGuests()
  const message = await given.message(at.db, event.id, words)

  const preview = await host.post(path(`/${message.id}/preview`), { guestId: noor!.id })

  const content = freezeContent({
    ...{ message, event, firedAt: now, publicUrl: testConfig.publicUrl, from: testConfig.from },
    host: { name: 'maren', email: host.email },
  })
  const signer = createLinkSigner({ secretKey: testConfig.secretKey })
  const mail = (await compileMessage(content, { signer })).mailFor({
    ...{ messageId: message.id, seq: 1, generation: 1, address: 'b@example.org' },
    ...{ guestId: noor!.id, variables: { name: 'Noor', linkVersion: 1, answered: true } },
  })
  const { subject, html, text } = mail.parts()
  expect(preview.body).toEqual({ subject, html, text, guestName: 'Noor' })
})

test('without any guest a sample stands in, whose links lead nowhere', async () => {
  const { body } = await host.post(path('/preview'), words)

  expect(body).toMatchObject({ subject: 'For Amina', guestName: null })
  expect(body.text).not.toContain('/r/')
})

test('words that are not saved yet are shown, of a message and of none', async () => {
  await givenGuests()
  const message = await given.message(at.db, event.id, words)

  const ofMessage = await host.post(path(`/${message.id}/preview`), { subject: 'New for {{guest_name}}' })
  const ofNone = await host.post(path('/preview'), { ...words, audience: 'attending', subject: 'Hi {{guest_name}}' })

  expect(ofMessage.body.subject).toBe('New for Amina')
  expect(ofNone.body.subject).toBe('Hi Noor')
  expect((await host.get(path(`/${message.id}`))).body.subject).toBe(words.subject)
})

test('the preview of a notice says why it reaches whoever unsubscribed', async () => {
  await givenGuests()

  const notice = await host.post(path('/preview'), { ...words, kind: 'notice' })
  const broadcast = await host.post(path('/preview'), words)

  expect(notice.body.text).toContain('because you are a guest of Summer dinner and it has changed')
  expect(broadcast.body.text).not.toContain('it has changed')
})

test('what has gone out is shown as it went out', async () => {
  const [noor] = await givenGuests()
  const message = await given.message(at.db, event.id, words)
  const content = freezeContent({
    ...{ message, event, firedAt: new Date(), publicUrl: testConfig.publicUrl, from: testConfig.from },
    host: { name: 'maren', email: host.email },
  })
  const fired = { status: 'sent' as const, firedAt: new Date(), content: JSON.stringify(content) }
  await at.db.updateTable('scheduledMessages').set(fired).where('id', '=', message.id).execute()
  const delivery = { messageId: message.id, seq: 1, guestId: noor!.id, address: 'b@example.org' }
  await at.db
    .insertInto('messageDeliveries')
    .values({ ...delivery, variables: '{"name":"Noor as she was","linkVersion":1}' })
    .execute()
  await at.db.updateTable('events').set({ venue: 'Somewhere else' }).where('id', '=', event.id).execute()

  const { body } = await host.post(path(`/${message.id}/preview`), { guestId: noor!.id, subject: 'Rewritten' })

  expect(body.subject).toBe('For Noor as she was')
  expect(body.text).toContain('The Old Mill')
})

test.each<[string, number, string, object]>([
  ['an unknown placeholder', 422, 'unknown-placeholder', { body: 'Hi {{gest_name}}' }],
  ['an unknown audience', 400, 'audience-unknown', { audience: 'friends' }],
  ['a guest who is not there', 404, 'not-found', { guestId: '00000000-0000-7000-8000-000000000000' }],
  ['a guest who is no id', 400, 'bad-request', { guestId: 'Noor' }],
  ['a field that does not exist', 400, 'bad-request', { colour: 'red' }],
])('a preview with %s is refused', async (_, status, type, values) => {
  const { body } = await host.post(path('/preview'), { ...words, ...values })

  expect(body).toMatchObject({ status, type: `urn:tidings:problem:${type}` })
})
