import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newPerson, screenshot, startBrowser, type Page } from './browser.ts'
import { startStage, type Stage } from './stage.ts'

let stage: Stage
let browser: Browser

beforeAll(async () => {
  ;[stage, browser] = await Promise.all([startStage({ notifiers: 2 }), startBrowser()])
})

afterAll(async () => {
  await browser?.close()
  await stage?.stop()
})

test('a host signs up, plans an event, imports guests, writes to them, and reads their answers', async () => {
  const { page, errors } = await newPerson(browser, stage.url)

  await signUp(page)
  await planEvent(page)
  await importGuests(page)

  expect(errors).toEqual([])
})

async function signUp(page: Page) {
  await page.goto('/sign-up')
  await page.getByLabel('Your name').fill('Maren Holt')
  await page.getByLabel('E-mail').fill('maren@tidings.example')
  await page.getByLabel('Password').fill('a long table by the water')
  await screenshot(page, 'sign-up')
  await page.getByRole('button', { name: 'Create an account' }).click()
  await page.waitForURL('**/events')
  await screenshot(page, 'no-events-yet')
}

async function planEvent(page: Page) {
  await page.goto('/events/new')
  await page.getByLabel('Name').fill('The Long Table')
  await page.getByRole('group', { name: 'Date' }).getByRole('spinbutton').first().click()
  await page.keyboard.type('14032031')
  await page.getByRole('group', { name: 'Starts' }).getByRole('spinbutton').first().click()
  await page.keyboard.type('1800')
  await page.getByRole('combobox', { name: 'Time zone' }).fill('New York')
  await page.getByRole('option', { name: /New York/ }).click()
  await page.getByLabel('Venue').fill('Red Hook Boathouse, Brooklyn')
  await screenshot(page, 'new-event')
  await page.getByRole('button', { name: 'Create the event' }).click()
  await page.waitForURL('**/guests')
}

async function importGuests(page: Page) {
  await page
    .getByRole('link', { name: /import/i })
    .first()
    .click()
  await page
    .getByLabel('CSV file')
    .setInputFiles({ name: 'guests.csv', mimeType: 'text/csv', buffer: Buffer.from(list) })
  await page.getByRole('heading', { name: '5 of 6 rows are ready' }).waitFor()
  await screenshot(page, 'import-check')
  await page.getByRole('button', { name: 'Import 5 guests' }).click()
  await page.waitForURL('**/guests')
  await page.getByText('Ada Brandt').first().waitFor()
  await screenshot(page, 'guests')
}

const list = `name;email;rsvp_status;party_size
Ada Brandt;ada@example.com;attending;2
Jonas Weiß;jonas@example.com;maybe;1
Priya Natarajan;priya@example.com;pending;1
Tom Okafor;tom@example.com;declined;1
;kofi@example.com;attending;1
Nobody;this is no address;attending;1
`
