import type { Browser, WebSocket } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ApiClient } from '../cmd/demo/seed/client.ts'
import { accessibilityFaults, newPerson, screenshot, startBrowser, type Page } from './browser.ts'
import { openTab } from './host.ts'
import { readLetter } from './letter.ts'
import { startStage, type Stage } from './stage.ts'

const guests = 400
const account = { email: 'kaja@tidings.example', password: 'a long night by the fjord' }

let stage: Stage
let browser: Browser

beforeAll(async () => {
  // Ten lines at 200 ms are fifty mails a second: long enough to watch, and to pull the plug in between.
  ;[stage, browser] = await Promise.all([startStage({ notifiers: 1, latencyMs: 200 }), startBrowser()])
})

afterAll(async () => {
  await browser?.close()
  await stage?.stop()
})

test('a host watches a message leave, loses the network, and sees it live again', async () => {
  const host = await signedUp(stage.api())
  const event = await planned(host)
  const message = await host.post<{ id: string }>(`/api/v1/events/${event.id}/messages`, {
    ...{ audience: 'everyone', subject: 'Doors open at seven', mode: 'send_now' },
    body: 'Hi {{guest_name|there}}, tell us: {{rsvp_link}}',
  })
  const { page } = await newPerson(browser, stage.url)
  await signIn(page)
  const asked = asksOf(page, message.id)

  await page.goto(`/events/${event.id}/communications/${message.id}`)
  await word(page, 'Live').waitFor()
  const first = await doneOn(page)
  await page
    .getByText(/of 400 done, ([2-9]\d|100)%/)
    .first()
    .waitFor()
  await screenshot(page, 'live-sending')
  const faults = await accessibilityFaults(page)
  const whileLive = asked.metrics

  await page.context().setOffline(true)
  await word(page, 'Polling').waitFor()
  await screenshot(page, 'live-polling')
  await page.context().setOffline(false)
  await word(page, 'Live').waitFor()
  await page.getByText('of 400 done, 100%').waitFor()
  await screenshot(page, 'live-sent')
  const rows = await host.get<{ counts: { sent: number } }>(`/api/v1/events/${event.id}/messages/${message.id}`)

  expect(first).toBeLessThan(guests)
  // The first numbers do not wait for a line; after that nothing is asked for while there is one.
  expect(whileLive).toBe(1)
  expect(rows.counts.sent).toBe(guests)
  expect(await doneOn(page)).toBe(guests)
  expect(faults).toEqual([])

  await openTab(page, 'Overview')
  // What was cut off with the network may never say goodbye; the line that took its place does.
  await expect.poll(() => asked.sockets.at(-1)?.isClosed()).toBe(true)
})

test('an answer that is given elsewhere moves the cards and the list, without a reload', async () => {
  const host = await signedUp(stage.api(), 'nils@tidings.example')
  const event = await planned(host, 3)
  await host.post(`/api/v1/events/${event.id}/messages`, {
    ...{ audience: 'everyone', subject: 'Will you come?', mode: 'send_now' },
    body: 'Tell us: {{rsvp_link}}',
  })
  const { page } = await newPerson(browser, stage.url)
  await signIn(page, 'nils@tidings.example')
  await page.goto(`/events/${event.id}/guests`)
  await word(page, 'Live').waitFor()
  await page.getByRole('button', { name: /^Pending 3/ }).waitFor()

  const { page: guest } = await newPerson(browser, stage.url)
  await guest.goto(await linkOf('nils-guest1@example.com'))
  await guest.getByRole('radio', { name: 'I’ll be there' }).check()
  await guest.getByRole('button', { name: 'Send my answer' }).click()

  await page.getByRole('button', { name: /^Attending 1/ }).waitFor()
  const row = page.getByRole('row', { name: /Guest 1/ })
  await row.getByText('Attending').waitFor()
  await screenshot(page, 'live-answer')

  expect(await row.getAttribute('class')).toContain('has-changed')
  expect(await page.getByRole('button', { name: /^Pending 2/ }).count()).toBe(1)
})

const word = (page: Page, text: string) => page.getByRole('status').getByText(text, { exact: true }).first()

async function doneOn(page: Page): Promise<number> {
  const words = await page
    .getByRole('region', { name: 'Progress' })
    .getByText(/^\s*of 400 done/)
    .textContent()
  return Math.floor((guests * Number(words?.match(/(\d+)%/)?.[1])) / 100)
}

/** What the page asks, and the lines that it opens, about one message. */
function asksOf(page: Page, messageId: string) {
  const asked = { metrics: 0, sockets: [] as WebSocket[] }
  page.on('request', (request) => {
    if (request.url().endsWith(`/messages/${messageId}/metrics`)) asked.metrics++
  })
  page.on('websocket', (socket) => {
    if (socket.url().endsWith(`/messages/${messageId}`)) asked.sockets.push(socket)
  })
  return asked
}

async function signedUp(api: ApiClient, email = account.email) {
  await api.post('/api/auth/sign-up/email', { ...account, email, name: 'Kaja Vik' })
  return api
}

async function signIn(page: Page, email = account.email) {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(account.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL('**/events')
}

async function planned(host: ApiClient, count = guests) {
  const event = await host.post<{ id: string }>('/api/v1/events', {
    ...{ name: 'Winter ball', localStart: '2031-02-14T19:00', timezone: 'Europe/Oslo' },
  })
  const prefix = count === guests ? 'guest' : 'nils-guest'
  const rows = Array.from({ length: count }, (_, n) => `Guest ${n},${prefix}${n}@example.com,pending`)
  await host.postCsv(`/api/v1/events/${event.id}/guests/import`, ['name,email,rsvp_status', ...rows].join('\n'))
  return event
}

async function linkOf(address: string): Promise<string> {
  await expect.poll(() => stage.mails.countTo(address), { timeout: 20_000 }).toBe(1)
  return (await readLetter(stage.mails.mailsTo(address)[0]!)).rsvpUrl
}
