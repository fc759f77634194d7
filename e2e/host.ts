import { screenshot, type Page } from './browser.ts'

// What a host does, in the words of the page. Each step ends when the page shows that it is done.

export async function signUp(page: Page) {
  await page.goto('/sign-up')
  await page.getByLabel('Your name').fill('Maren Holt')
  await page.getByLabel('E-mail').fill('maren@tidings.example')
  await page.getByLabel('Password').fill('a long table by the water')
  await screenshot(page, 'sign-up')
  await page.getByRole('button', { name: 'Create an account' }).click()
  await page.waitForURL('**/events')
  await screenshot(page, 'no-events-yet')
}

export async function planEvent(page: Page) {
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

/** `ready` is how many of all rows can be imported. */
export async function importGuests(page: Page, csv: string, { ready, all }: { ready: number; all: number }) {
  await page.getByText(/^Import (a list|CSV)$/).click()
  const file = { name: 'guests.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) }
  await page.getByLabel('CSV file').setInputFiles(file)
  await page.getByRole('heading', { name: `${ready} of ${all} rows are ready` }).waitFor()
  await screenshot(page, 'import-check')
  await page.getByRole('button', { name: `Import ${ready} guests` }).click()
  await page.getByRole('table').waitFor()
  await screenshot(page, 'guests')
}

export function openTab(page: Page, name: 'Overview' | 'Guests' | 'Communications') {
  return page.getByRole('navigation').getByRole('link', { name }).first().click()
}

type Letter = { audience: string[]; subject: string; body: string }

/** Fills the compose form; the big button then says whom it will reach. */
export async function write(page: Page, { audience, subject, body }: Letter) {
  await page.getByRole('link', { name: 'New message' }).first().click()
  for (const answer of audience) await page.getByRole('button', { name: new RegExp(`^${answer}`) }).click()
  await page.getByRole('textbox', { name: 'Subject' }).click()
  await page.keyboard.insertText(subject)
  await page.getByRole('textbox', { name: 'Message' }).click()
  await page.keyboard.insertText(body)
  await page.getByRole('button', { name: /Insert: RSVP link/ }).click()
  await page.getByRole('radio', { name: 'Now', exact: true }).click()
}
