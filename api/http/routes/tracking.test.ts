import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { appForTest, testConfig, type TestApp } from '../../../test/app.ts'
import { createTestDatabase } from '../../../test/database.ts'
import * as given from '../../../test/given.ts'
import { eventually } from '../../../test/notifiers.ts'
import { compileMessage } from '../../content/compile.ts'
import { createLinkSigner } from '../../content/tokens.ts'
import type { FrozenContent } from '../../domain/content.ts'
import { applyFeedback } from '../../storage/apply-feedback.ts'
import { fireMessages } from '../../storage/fire.ts'

const signer = createLinkSigner({ secretKey: testConfig.secretKey })
const home = `${testConfig.publicUrl}/`
const browser = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const body = 'See [the menu](https://menu.example/a?b=1&c=2) and https://map.example/. [Answer]({{rsvp_link}})'
const ask = (userAgent: string, headers = {}) => ({ headers: { 'user-agent': userAgent, ...headers } })

/** A host who wants to know everything, a message to one guest that went an hour ago, and the guest's mail. */
async function givenMailSent(
  settings: object = { trackOpens: true, trackClicks: true },
  app: Parameters<typeof appForTest>[0] = {},
) {
  const at = await appForTest(app)
  const host = await at.signUp('host@example.org')
  await host.patch('/account/settings', settings)
  const event = await given.event(at.db, { hostId: host.userId })
  const [guest] = await given.guests(at.db, event.id, [{ name: 'Amina', email: 'amina@example.com' }])
  const { id: messageId } = await given.dueMessage(at.db, event.id, { body })
  const { from, publicUrl } = testConfig
  await fireMessages(at.db, { provider: 'log', from, publicUrl, expansion: { unitSize: 100, shard: 1 } }, [messageId])
  await sql`update message_deliveries set state = 'accepted', attempt = 1,
    wired_at = now() - interval '1 hour', accepted_at = now() - interval '1 hour'`.execute(at.db)
  const { content } = await at.db
    .selectFrom('scheduledMessages')
    .select('content')
    .where('id', '=', messageId)
    .executeTakeFirstOrThrow()
  const { mailFor } = await compileMessage(content as unknown as FrozenContent, { signer })
  const delivery = { messageId, seq: 1, generation: 1 }
  const mail = mailFor({
    ...delivery,
    guestId: guest!.id,
    address: 'amina@example.com',
    variables: { name: 'Amina', linkVersion: 1 },
  })
  const { html, text } = mail.parts()
  return { at, host, delivery, html, text, path: `/events/${event.id}/messages/${messageId}` }
}

const clicksIn = (html: string) =>
  [...html.matchAll(/href="https:\/\/tidings\.test(\/c\/[^"]+)"/g)].map(([, path]) => path!)
const pictureIn = (html: string) => /src="https:\/\/tidings\.test(\/o\/[^"]+)"/.exec(html)![1]!

/** What the notifier does once the reports are in the inbox, and the clicks have waited for their neighbours. */
async function apply({ db }: TestApp, reports: number) {
  await eventually(async () => (await inbox(db)).length >= reports)
  await sql`update provider_events set due_at = due_at - interval '1 minute'`.execute(db)
  return applyFeedback(db, { shard: 1 })
}
const inbox = (db: TestApp['db']) => db.selectFrom('providerEvents').selectAll().orderBy('id').execute()
const countsOf = async ({ host, path }: { host: Awaited<ReturnType<TestApp['signUp']>>; path: string }) =>
  (await host.get(path)).body.counts

test('from the host who wants to know, to the guest who clicks, to the figure', async () => {
  const sent = await givenMailSent()
  const { at, host, html, path } = sent

  const reply = await at.stranger.send('GET', clicksIn(html)[0]!, ask(browser))
  await apply(at, 1)

  expect(reply.status).toBe(302)
  expect(reply.headers).toMatchObject({
    location: 'https://menu.example/a?b=1&c=2',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  })
  expect(reply.headers['set-cookie']).toBeUndefined()
  expect(reply.headers['content-security-policy']).toBeUndefined()
  expect(await countsOf(sent)).toMatchObject({ clicked: 1, clickedMachine: 0 })
  const { items } = (await host.get(`${path}/deliveries?status=clicked`)).body
  expect(items).toMatchObject([
    { status: 'clicked', clickedAt: expect.any(String), clickedMachineAt: null, machineReason: null },
  ])
})

test('an open is noted by a picture of 43 bytes, which nobody keeps', async () => {
  const sent = await givenMailSent()

  const reply = await sent.at.stranger.send('GET', pictureIn(sent.html), ask(browser))
  await apply(sent.at, 1)

  expect(reply.headers).toMatchObject({
    'content-type': 'image/gif',
    'content-length': '43',
    'cache-control': 'no-store',
    'cross-origin-resource-policy': 'cross-origin',
  })
  expect(reply.headers['set-cookie']).toBeUndefined()
  expect(reply.text.slice(0, 6)).toBe('GIF89a')
  expect(await countsOf(sent)).toMatchObject({ opened: 1, openedMachine: 0, clicked: 0 })
})

test('ten loads are one stamp, that of the first, and the host reads how many there were', async () => {
  const sent = await givenMailSent()
  const { at, host, html, delivery, path } = sent
  const first = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_000_000)
  await sql`update message_deliveries set wired_at = now() - interval '1 day'`.execute(at.db)

  for (let load = 0; load < 10; load++) {
    at.setNow(new Date(first.getTime() + load * 1000))
    await at.stranger.send('GET', pictureIn(html), ask(browser))
    if (load === 4) await apply(at, 1)
  }
  await eventually(async () => (await inbox(at.db))[0]!.hits === 10)

  const [{ timeline }] = (await host.get(`${path}/deliveries`)).body.items
  expect(timeline).toContainEqual({ at: first.toISOString(), text: 'Opened (10 times in all)' })
  expect(await countsOf(sent)).toMatchObject({ opened: 1, openedMachine: 0 })
  expect(await inbox(at.db)).toHaveLength(1)
  const { openedAt } = await at.db
    .selectFrom('messageDeliveries')
    .select('openedAt')
    .where('messageId', '=', delivery.messageId)
    .executeTakeFirstOrThrow()
  expect(openedAt).toEqual(first)
})

test.each([
  ['a scanner’s name', ask('Mozilla/5.0 (compatible; Barracuda Sentinel)'), 'Barracuda'],
  ['a browser that fetches ahead', ask(browser, { 'sec-purpose': 'prefetch;prerender' }), 'ahead'],
  ['an older one', ask(browser, { 'x-moz': 'prefetch' }), 'ahead'],
  ['another', ask(browser, { purpose: 'prefetch' }), 'ahead'],
])('%s is a machine, and says why', async (_, asked, why) => {
  const sent = await givenMailSent()
  const { at, host, html, path } = sent

  await at.stranger.send('GET', clicksIn(html)[0]!, asked)
  await at.stranger.send('GET', pictureIn(html), asked)
  await apply(at, 2)

  expect(await countsOf(sent)).toMatchObject({ opened: 0, clicked: 0, openedMachine: 1, clickedMachine: 1 })
  const [delivery] = (await host.get(`${path}/deliveries`)).body.items
  expect(delivery).toMatchObject({
    status: 'sent',
    openedAt: null,
    clickedAt: null,
    machineReason: expect.stringContaining(why),
  })
  expect(delivery.openedMachineAt).toEqual(expect.any(String))
  expect(delivery.timeline.map((moment: { text: string }) => moment.text).join()).toContain(`machine`)
})

test('a HEAD request is no visit of a person', async () => {
  const sent = await givenMailSent()
  const { at, html } = sent

  const open = await at.stranger.send('HEAD', pictureIn(html), ask(browser))
  const click = await at.stranger.send('HEAD', clicksIn(html)[0]!, ask(browser))
  await apply(at, 1)

  expect([open.status, click.status]).toEqual([200, 302])
  expect(open.headers['content-length']).toBe('43')
  expect(await countsOf(sent)).toMatchObject({ opened: 0, openedMachine: 0, clicked: 0, clickedMachine: 1 })
})

test('a scanner that opens all links at once is a machine, whatever it calls itself, and the guest is not', async () => {
  const sent = await givenMailSent()
  const { at, host, html, path } = sent
  const links = clicksIn(html)
  const minutesAgo = (n: number) => at.setNow(new Date(Date.now() - n * 60_000))

  minutesAgo(30)
  for (const link of links) await at.stranger.send('GET', link, ask(browser))
  await apply(at, 2)
  const scanned = await countsOf(sent)
  minutesAgo(10)
  await at.stranger.send('GET', links[0]!, ask(browser))
  await apply(at, 3)

  expect(scanned).toMatchObject({ clicked: 0, clickedMachine: 1 })
  expect(await countsOf(sent)).toMatchObject({ clicked: 1, clickedMachine: 1 })
  const [{ timeline }] = (await host.get(`${path}/deliveries`)).body.items
  const texts = timeline.map(({ text }: { text: string }) => text)
  expect(texts, 'of three clicks one was the guest’s').toContain('Clicked a link')
})

test('a mail that is passed on opens for whoever has it, and shows nothing of the guest', async () => {
  const { at, html } = await givenMailSent()

  const replies = await Promise.all(
    ['198.51.100.7', '203.0.113.9'].map((from) =>
      at.stranger.send('GET', clicksIn(html)[1]!, ask(browser, { 'x-forwarded-for': from })),
    ),
  )

  for (const { status, headers } of replies) {
    expect(status).toBe(302)
    expect(headers.location).toBe('https://map.example/')
    expect(JSON.stringify(headers)).not.toContain('amina')
  }
})

test('a host who wants to know nothing sends mails that tell nothing', async () => {
  const { html, at } = await givenMailSent({ trackOpens: false, trackClicks: false })

  expect(html).not.toMatch(/\/c\/|\/o\/|<img/)
  expect(html).toContain('href="https://menu.example/a?b=1&amp;c=2"')
  expect(await at.db.selectFrom('messageLinks').selectAll().execute()).toEqual([])
})

test('the plain text and the guest’s own links never lead through us', async () => {
  const { html, text } = await givenMailSent()

  expect(text).toContain('https://menu.example/a?b=1&c=2')
  expect(text).not.toContain('/c/')
  expect(html).toMatch(/href="https:\/\/tidings\.test\/r\//)
  expect(clicksIn(html)).toHaveLength(2)
})

test.each(['nothing', 'https://evil.example', '%2F%2Fevil.example', 'a'.repeat(54), `${'-'.repeat(53)}.`])(
  '%s is no link of ours: it leads home, and is not noted',
  async (token) => {
    const { at } = await givenMailSent()

    const reply = await at.stranger.send(
      'GET',
      `/c/${encodeURIComponent(token)}?u=https://evil.example&url=//evil.example`,
      ask(browser),
    )

    expect(reply.status).toBe(302)
    expect(reply.headers.location).toBe(home)
    await at.app.close()
    expect(await inbox(at.db)).toEqual([])
  },
)

test('a link that the message does not have, or of a message that is gone, leads home', async () => {
  const { at, delivery } = await givenMailSent()
  const strange = [
    signer.tracking.signClick(delivery, 3),
    signer.tracking.signClick(delivery, 0),
    signer.tracking.signClick({ ...delivery, messageId: '01985f3c-0000-7000-8000-000000000000' }, 1),
    signer.tracking.signOpen(delivery),
    createLinkSigner({ secretKey: 'b'.repeat(32) }).tracking.signClick(delivery, 1),
  ]

  for (const token of strange) {
    expect((await at.stranger.send('GET', `/c/${token}`, ask(browser))).headers.location).toBe(home)
  }

  await at.app.close()
  expect(await inbox(at.db)).toEqual([])
})

test('the picture is the same for a good token, a bad one and none', async () => {
  const { at, html, delivery } = await givenMailSent()
  const good = pictureIn(html)
  const asked = [
    good,
    good.replace('.gif', ''),
    `/o/${'x'.repeat(51)}.gif`,
    `/o/${signer.tracking.signClick(delivery, 1)}.gif`,
  ]

  const replies = await Promise.all(asked.map((path) => at.stranger.send('GET', path, ask(browser))))

  const seen = replies.map(({ status, text, headers }) => JSON.stringify({ status, text, ...headers, date: null }))
  expect(new Set(seen).size).toBe(1)
  await at.app.close()
  expect(await inbox(at.db)).toHaveLength(1)
})

test('without a database the picture is served, a known link leads on, and an unknown one home', async () => {
  const database = await createTestDatabase()
  const { at, html } = await givenMailSent({ trackOpens: true, trackClicks: true }, { database })
  const [known, unknown] = clicksIn(html) as [string, string]
  await at.stranger.send('GET', known, ask(browser))
  await eventually(async () => (await inbox(at.db)).length === 1)

  await database.db.destroy()

  expect((await at.stranger.send('GET', pictureIn(html), ask(browser))).headers['content-length']).toBe('43')
  expect((await at.stranger.send('GET', known, ask(browser))).headers.location).toBe('https://menu.example/a?b=1&c=2')
  expect((await at.stranger.send('GET', unknown, ask(browser))).headers.location).toBe(home)
})
