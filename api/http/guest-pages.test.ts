import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createLinkSigner, type LinkPurpose } from '../content/tokens.ts'
import { createTestApp, testConfig, type TestApp } from '../../test/app.ts'
import * as given from '../../test/given.ts'

let at: TestApp
let event: { id: string }
beforeAll(async () => {
  at = await createTestApp()
  at.setNow(new Date('2027-01-01T12:00:00Z'))
})
afterAll(() => at.close())
beforeEach(async () => void (event = await given.event(at.db)))

const links = createLinkSigner({ secretKey: testConfig.secretKey })
const form = { 'content-type': 'application/x-www-form-urlencoded' }

async function invite(values: object = {}) {
  const [guest] = await given.guests(at.db, event.id, [{ name: 'Ada Lovelace', email: 'ada@example.com', ...values }])
  const page = (purpose: LinkPurpose, path: string) => `${path}${links.sign(purpose, guest!.id, 1)}`
  const urls = { r: page('rsvp', '/r/'), p: page('preferences', '/p/'), u: page('unsubscribe', '/u/') }
  const row = () => at.db.selectFrom('guests').selectAll().where('id', '=', guest!.id).executeTakeFirstOrThrow()
  return { guest: guest!, ...urls, row }
}

const open = (url: string) => at.stranger.send('GET', url)
const post = (url: string, payload: string, headers: Record<string, string> = form) =>
  at.stranger.send('POST', url, { payload, headers })

test('a guest answers without JavaScript: page, form, page', async () => {
  const { r, row } = await invite()

  const page = await open(r)
  const sent = await post(r, 'status=attending&partySize=2')
  const after = await open(r)

  expect(page.text).toContain('Ada, will you come?')
  expect(page.text).toContain('<form method="post"')
  expect(page.text).not.toContain('<script')
  expect(sent).toMatchObject({ status: 303, headers: { location: r } })
  expect(await row()).toMatchObject({ rsvpStatus: 'attending', partySize: 2 })
  expect(after.text).toContain('See you on')
  expect(after.text).toContain('Your answer is saved')
})

test('the page and its font weigh less than 30 kB together, and nothing comes from elsewhere', async () => {
  const { r } = await invite({ rsvpStatus: 'attending', respondedAt: new Date() })

  const { text, headers } = await open(r)
  const font = await at.stranger.send('GET', '/guest/newsreader-500.woff2')

  expect(Buffer.byteLength(text) + Number(font.headers['content-length'])).toBeLessThan(30_000)
  expect(headers).toMatchObject({
    'content-security-policy': expect.stringMatching(/^default-src 'none'; style-src 'nonce-[^']+'; font-src 'self'/),
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'x-robots-tag': expect.stringContaining('noindex'),
  })
})

test('opening any page changes nothing, however often and by whom', async () => {
  const { r, p, u, row } = await invite()
  const before = await row()

  for (const url of [r, `${r}?answer=attending`, `${r}?change=1`, `${r}/calendar.ics`, p, u]) {
    await at.stranger.send('GET', url, { headers: { 'user-agent': 'SafeLinks', purpose: 'prefetch' } })
    await at.stranger.send('HEAD', url)
  }

  expect(await row()).toEqual(before)
  expect(await at.db.selectFrom('scheduledMessages').select('id').where('eventId', '=', event.id).execute()).toEqual([])
})

test('a button in the mail chooses the answer, and the guest still sends it', async () => {
  const { r } = await invite()

  const { text } = await open(`${r}?answer=maybe`)

  expect(text).toMatch(/value="maybe"[^>]*checked/)
})

test('what a guest typed wrongly is said beside what they typed', async () => {
  const { r, row } = await invite()

  const none = await post(r, 'partySize=2')
  const many = await post(r, 'status=attending&partySize=99')

  expect(none.status).toBe(422)
  expect(none.text).toContain('Please choose one of the three answers.')
  expect(many.text).toMatch(/value="99"/)
  expect(await row()).toMatchObject({ rsvpStatus: 'pending', version: 1 })
})

test('names and places are shown as text, whatever is in them', async () => {
  await at.db
    .updateTable('events')
    .set({ name: '"><svg onload=alert(1)>', venue: '<img src=x onerror=alert(1)>' })
    .where('id', '=', event.id)
    .execute()
  const { r } = await invite({ name: '<script>alert(1)</script>' })

  const { text } = await open(r)

  expect(text).not.toMatch(/<script|<img|<svg onload/)
  expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;')
})

test('the event can be put into a calendar', async () => {
  const { r } = await invite()

  const { headers, text } = await open(`${r}/calendar.ics`)

  expect(headers['content-type']).toContain('text/calendar')
  expect(text).toContain('SUMMARY:Summer dinner')
})

test('a cancelled event says so and asks nothing', async () => {
  const { r } = await invite()
  const cancelled = { status: 'cancelled', cancelledAt: new Date() } as const
  await at.db.updateTable('events').set(cancelled).where('id', '=', event.id).execute()

  const { text } = await open(r)

  expect(text).toContain('This event is cancelled.')
  expect(text).not.toContain('<form')
})

const multipart = [
  '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
  { 'content-type': 'multipart/form-data; boundary=b' },
] as const

test.each([
  ['a form', 'List-Unsubscribe=One-Click', form],
  ['multipart', ...multipart],
])('a mail program unsubscribes with one click, as %s, once and for all', async (_, payload, headers) => {
  const { u, row } = await invite()

  const first = await post(u, payload, headers)
  const { unsubscribedAt } = await row()
  const second = await post(u, payload, headers)

  expect([first.status, second.status]).toEqual([200, 200])
  expect(unsubscribedAt).toBeInstanceOf(Date)
  expect((await row()).unsubscribedAt).toEqual(unsubscribedAt)
})

test('one click stops the mails to a mailbox, whoever of a household reads them there; a person stops only their own', async () => {
  const shared = { email: 'home@example.com', household: 'Lovelace' }
  const ada = await invite({ name: 'Ada', ...shared })
  const ben = await invite({ name: 'Ben', ...shared })
  const neighbour = await invite({ name: 'Cleo', email: 'cleo@example.com' })
  const elsewhere = await given.guests(at.db, (await given.event(at.db)).id, [{ email: shared.email }])
  const areOff = () => Promise.all([ada, ben, neighbour].map(async ({ row }) => (await row()).unsubscribedAt !== null))

  await post(ben.p, 'mails=stop')
  expect(await areOff()).toEqual([false, true, false])
  await post(ben.p, 'mails=resume')
  await post(ada.u, 'List-Unsubscribe=One-Click')
  expect(await areOff()).toEqual([true, true, false])
  await post(ben.p, 'mails=resume')
  expect(await areOff()).toEqual([true, false, false])

  const theirs = at.db.selectFrom('guests').select('unsubscribedAt').where('id', '=', elsewhere[0]!.id)
  expect(await theirs.execute()).toEqual([{ unsubscribedAt: null }])
})

test.each([
  ['another value', 'List-Unsubscribe=Maybe'],
  ['no value', ''],
])('a one-click with %s changes nothing and shows the page', async (_, payload) => {
  const { u, row } = await invite()

  const reply = await post(u, payload)

  expect(reply.status).toBe(400)
  expect(reply.text).toContain('Stop these mails')
  expect((await row()).unsubscribedAt).toBeNull()
})

test('a guest stops the mails of an event and has them again', async () => {
  const { p, row } = await invite()

  await post(p, 'mails=stop')
  const stopped = await row()
  const page = await open(p)
  await post(p, 'mails=resume')

  expect(stopped.unsubscribedAt).toBeInstanceOf(Date)
  expect(page.text).toContain('Send me mails again')
  expect(page.text).not.toMatch(/Ada|example\.com/)
  expect((await row()).unsubscribedAt).toBeNull()
})

test('the mail that a guest had enough of is remembered', async () => {
  const { guest, u } = await invite()
  const sent = { status: 'sent', firedAt: new Date(), sendAt: new Date(), content: '{}' } as const
  const message = await given.message(at.db, event.id, sent)
  const delivery = { messageId: message.id, seq: 1, guestId: guest.id, address: guest.email }
  await at.db
    .insertInto('messageDeliveries')
    .values({ ...delivery, state: 'accepted', acceptedAt: new Date() })
    .execute()

  await post(u, 'List-Unsubscribe=One-Click')
  await post(u, 'List-Unsubscribe=One-Click')

  const counters = await at.db
    .selectFrom('messageCounters')
    .select('unsubscribed')
    .where('messageId', '=', message.id)
    .execute()
  expect(counters).toEqual([{ unsubscribed: 1 }])
})

test('a link that does not work shows a page that says what to do', async () => {
  for (const url of ['/r/nonsense', '/p/nonsense', '/u/nonsense']) {
    const { status, text } = await open(url)
    expect(status).toBe(404)
    expect(text).toContain('This link does not work')
  }
})
