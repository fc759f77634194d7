import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { accessibilityFaults, newPerson, screenshot, startBrowser, type Page } from './browser.ts'
import { importGuests, openTab, planEvent, signUp, write } from './host.ts'
import { readLetter } from './letter.ts'
import { startStage, type Stage } from './stage.ts'

const guestList = `name;email;rsvp_status;party_size
Ada Brandt;ada@example.com;attending;2
Jonas Weiß;jonas@example.com;maybe;1
Priya Natarajan;priya@example.com;pending;1
Tom Okafor;tom@example.com;declined;1
;kofi@example.com;attending;1
Nobody;this is no address;attending;1
`

let stage: Stage
let browser: Browser

beforeAll(async () => {
  ;[stage, browser] = await Promise.all([startStage({ notifiers: 2 }), startBrowser()])
})

afterAll(async () => {
  await browser?.close()
  await stage?.stop()
})

test('a host signs up, plans an event, imports guests, writes to some, and reads an answer', async () => {
  const { page, errors } = await newPerson(browser, stage.url)
  const faults: string[] = []

  await signUp(page)
  await planEvent(page)
  await importGuests(page, guestList, { ready: 5, all: 6 })
  faults.push(...(await accessibilityFaults(page)))
  await openTab(page, 'Communications')
  await seeFourReminders(page)
  faults.push(...(await accessibilityFaults(page)))
  await write(page, {
    audience: ['Attending', 'Maybe'],
    subject: 'At {{venue}}: what to bring',
    body: 'Hi {{guest_name|there}},\n\n{{event_name}} starts at **six sharp** on {{event_date}}.\n\nChanged your mind? ',
  })
  await page.getByText('guests will receive this').waitFor()
  await page.frameLocator('aside iframe').getByText('six sharp').waitFor()
  await screenshot(page, 'compose')
  faults.push(...(await accessibilityFaults(page)))
  await page.getByRole('button', { name: 'Send to 3 guests now' }).click()
  await mailsHaveLeft(3)
  const ada = await letterTo('ada@example.com')
  const kofi = await letterTo('kofi@example.com')
  const jonas = await letterTo('jonas@example.com')
  await seeOutcomes(page)
  faults.push(...(await accessibilityFaults(page)))
  await acceptInvitation(jonas.rsvpUrl)
  const confirmation = await confirmationTo('jonas@example.com')
  await openTab(page, 'Guests')
  await page
    .getByRole('row', { name: /Jonas Weiß/ })
    .getByText('Attending')
    .waitFor()
  await screenshot(page, 'answered')

  expect(ada.subject).toBe('At Red Hook Boathouse, Brooklyn: what to bring')
  expect(ada.text).toContain('Hi Ada Brandt')
  expect(ada.html).toContain('<strong')
  expect(ada.header('List-Unsubscribe-Post')).toBe('List-Unsubscribe=One-Click')
  expect(kofi.text).toContain('Hi there')
  expect(kofi.rsvpUrl).not.toBe(ada.rsvpUrl)
  expect(confirmation.calendar).toContain('BEGIN:VCALENDAR')
  expect(confirmation.text).not.toBe(jonas.text)
  expect(Object.fromEntries(stage.mails.counts)).toEqual({
    'ada@example.com': 1,
    'kofi@example.com': 1,
    // The message, and the confirmation of the answer.
    'jonas@example.com': 2,
  })
  expect(errors).toEqual([])
  expect(faults).toEqual([])
})

async function seeFourReminders(page: Page) {
  for (const label of ['7-day reminder', '3-day last call', '1-day reminder', 'Day-of reminder']) {
    await page.getByText(label).first().waitFor()
  }
  await screenshot(page, 'communications')
}

async function seeOutcomes(page: Page) {
  const table = page.getByRole('table', { name: 'What became of it for each guest' })
  await table.getByRole('row', { name: /Jonas Weiß.*Sent/ }).waitFor()
  await screenshot(page, 'outcomes')
  expect(await table.getByRole('row').count()).toBe(1 + 3)
}

/** On a phone, without JavaScript, as a guest in a mail program's own browser. */
async function acceptInvitation(rsvpUrl: string) {
  const { page } = await newPerson(browser, stage.url, {
    javaScriptEnabled: false,
    viewport: { width: 390, height: 844 },
  })
  await page.goto(rsvpUrl)
  await screenshot(page, 'guest-invitation')
  await page.getByRole('radio', { name: 'I’ll be there' }).check()
  await page.getByRole('button', { name: 'Send my answer' }).click()
  await page.getByRole('heading').first().waitFor()
  await screenshot(page, 'guest-answered')
}

async function mailsHaveLeft(count: number) {
  await vi.waitFor(() => expect(stage.mails.count).toBe(count), { timeout: 20_000, interval: 50 })
}

function letterTo(address: string) {
  return readLetter(stage.mails.mailsTo(address)[0]!)
}

async function confirmationTo(address: string) {
  await vi.waitFor(() => expect(stage.mails.countTo(address)).toBe(2), { timeout: 20_000, interval: 50 })
  return readLetter(stage.mails.mailsTo(address)[1]!)
}
