import type { Browser } from 'playwright-core'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { resendSecret } from '../test/peers/resend-events.ts'
import { startResendPeer, type ResendPeer } from '../test/peers/resend-server.ts'
import { accessibilityFaults, newPerson, screenshot, startBrowser, type Page } from './browser.ts'
import { bounceWords, forgedComplaint, sumOfFates, tellFates } from './fates.ts'
import { openTab } from './host.ts'
import { startStage, type Stage } from './stage.ts'

/** E2E_GUESTS=5000 is the same at its full size, for a person who looks at the pictures. */
const guests = Number(process.env.E2E_GUESTS) || 300
const seconds = guests > 1000 ? 40 : 7
const account = { email: 'kaja@tidings.example', password: 'a long night by the fjord' }

let peer: ResendPeer
let stage: Stage
let browser: Browser

beforeAll(async () => {
  peer = await startResendPeer({ latencyMs: 1000 })
  const env = {
    ...{ SMTP_URL: '', RESEND_API_KEY: peer.apiKey, RESEND_BASE_URL: peer.url },
    RESEND_WEBHOOK_SECRET: resendSecret,
  }
  ;[stage, browser] = await Promise.all([startStage({ apis: 2, notifiers: 2, env }), startBrowser()])
})

afterAll(async () => {
  await browser?.close()
  await stage?.stop()
  await peer?.close()
})

test('what becomes of every mail is told to one API process and seen in a browser at the other', async () => {
  const [watched, told] = stage.apis as [Stage['apis'][0], Stage['apis'][0]]
  const { event, message } = await sentMessage()
  const { page } = await newPerson(browser, stage.url)
  await signIn(page)
  await page.goto(`/events/${event.id}/communications/${message.id}`)
  await word(page, 'Live').waitFor()
  const telling = tellFates(peer, `${told.url}/webhooks/resend`, guests, (1.7 * guests) / seconds)
  const steps = stepsOf(page)

  await expect
    .poll(async () => (await shownOn(page)).figures.delivered, { timeout: 60_000 })
    .toBeGreaterThan(guests / 5)
  await pictures(page)
  await watched.kill()
  await word(page, 'Polling').waitFor()
  await screenshot(page, 'feedback-unplugged')
  const forged = forgedComplaint(peer.mails[4]!)
  const refused = await fetch(`${told.url}/webhooks/resend`, { method: 'POST', ...forged })
  await watched.start()
  await liveAgain(page)
  const answers = await telling
  const expected = sumOfFates(guests)
  await expect
    .poll(async () => (await shownOn(page)).figures, { timeout: 20_000 })
    .toEqual({
      ...{ delivered: expected.delivered, opened: expected.opened, clicked: expected.clicked, unsubscribed: 0 },
    })
  await page.getByText('of ' + guests.toLocaleString('en') + ' done, 100%').waitFor()
  const seen = await steps.end()
  const shown = await shownOn(page)
  await screenshot(page, 'feedback-end')
  const faults = await accessibilityFaults(page)

  expect(Object.keys(answers)).toEqual(['200'])
  expect(refused.status).toBe(401)
  expect(shown.bar).toEqual({ delivered: expected.delivered, 'failed or bounced': expected.bounced })
  expect(shown.beside).toEqual([
    `and ${expected.clickedMachine.toLocaleString('en')} by machines`,
    `${expected.complained.toLocaleString('en')} marked it as spam`,
  ])
  expect(await rowsOf(message.id)).toEqual({ accepted: guests, ...expected })
  expect(await countersOf(message.id)).toEqual({ accepted: guests, ...expected })
  expect(seen.length).toBeGreaterThan(5)
  expect(seen.filter((step) => step.wrong !== '')).toEqual([])
  expect(faults).toEqual([])

  await page.getByRole('combobox', { name: 'Which guests' }).click()
  await page.getByRole('option', { name: `Bounced ${expected.bounced}` }).click()
  await expect.poll(() => outcomes(page)).toHaveLength(Math.min(expected.bounced, 50))
  expect((await outcomes(page)).every((row) => row.includes('Bounced') && row.includes(bounceWords))).toBe(true)
  await screenshot(page, 'feedback-bounced')
  await page.getByRole('table').getByRole('button', { name: 'Guest 0', exact: true }).click()
  await page.getByRole('dialog').getByText(`Bounced: ${bounceWords}`).waitFor()
  await screenshot(page, 'feedback-bounced-guest')
  await page.keyboard.press('Escape')

  await openTab(page, 'Guests')
  await page.getByRole('button', { name: `Pending ${guests.toLocaleString('en')}` }).waitFor()
  await answer(told.url, peer.mailsTo('guest2@example.com')[0]!.text!)
  await page.getByRole('button', { name: /^Attending 1/ }).waitFor()
  await screenshot(page, 'feedback-cards')
  expect(await cardsOf(page)).toEqual(await answersOf(event.id))
})

async function sentMessage() {
  const host = stage.api()
  await host.post('/api/auth/sign-up/email', { ...account, name: 'Kaja Vik' })
  const when = { localStart: '2031-02-14T19:00', timezone: 'Europe/Oslo' }
  const event = await host.post<{ id: string }>('/api/v1/events', { name: 'Winter ball', ...when })
  const rows = Array.from({ length: guests }, (_, n) => `Guest ${n},guest${n}@example.com,pending`)
  await host.postCsv(`/api/v1/events/${event.id}/guests/import`, ['name,email,rsvp_status', ...rows].join('\n'))
  const message = await host.post<{ id: string }>(`/api/v1/events/${event.id}/messages`, {
    ...{ audience: 'everyone', subject: 'Doors open at seven', mode: 'send_now' },
    body: 'Hi {{guest_name|there}}, read [the menu](https://menu.example/) and tell us: {{rsvp_link}}',
  })
  return { event, message }
}

async function signIn(page: Page) {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail').fill(account.email)
  await page.getByLabel('Password').fill(account.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL('**/events')
}

const word = (page: Page, text: string) => page.getByRole('status').getByText(text, { exact: true }).first()

/** Five tries take as long as a start on a quiet machine ten times over; on a busy one a person asks for another. */
async function liveAgain(page: Page) {
  const again = page.getByRole('button', { name: 'Connect again' })
  await word(page, 'Live').or(again).first().waitFor({ timeout: 30_000 })
  if (await again.isVisible()) await again.click()
  await word(page, 'Live').waitFor()
}
const toNumber = (text: string) => Number(text.replaceAll(',', ''))

/** While it moves: wide, dark, and on a phone. */
async function pictures(page: Page) {
  await screenshot(page, 'feedback-moving')
  await page.emulateMedia({ colorScheme: 'dark' })
  await screenshot(page, 'feedback-moving-dark')
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize({ width: 390, height: 844 })
  await screenshot(page, 'feedback-moving-phone')
  await page.setViewportSize({ width: 1440, height: 900 })
}

/** The page's own numbers, all of one moment. */
async function shownOn(page: Page) {
  const { bar, done, figures, ledger } = await page.getByRole('region', { name: 'Progress' }).evaluate(readProgress)
  const parts = bar.split('; ').map((part) => /^([\d,]+) (.*)$/.exec(part)!)
  const values = figures.map(([label, value]) => [label!.toLowerCase(), toNumber(value!)] as const)
  return {
    bar: Object.fromEntries(parts.map(([, count, what]) => [what, toNumber(count!)])) as Record<string, number>,
    done: toNumber(/^\s*([\d,]+)/.exec(done)![1]!),
    figures: Object.fromEntries(values) as Record<'delivered' | 'opened' | 'clicked' | 'unsubscribed', number>,
    beside: figures.flatMap(([, , , beside]) => beside ?? []),
    addsUp: ledger.includes('Adds up'),
  }
}

type Read = { bar: string; done: string; figures: string[][]; ledger: string }

/** As far as we read it. */
type PageElement = {
  textContent: string | null
  ownerDocument: PageElement
  getAttribute(name: string): string | null
  querySelector(selector: string): PageElement | null
  querySelectorAll(selector: string): Iterable<PageElement>
}

/** Runs in the page. */
function readProgress(progress: PageElement): Read {
  const textOf = (element: PageElement | null) => element?.textContent?.trim() ?? ''
  return {
    bar: progress.querySelector('[role=progressbar]')?.getAttribute('aria-valuetext') ?? '',
    done: textOf(progress.querySelector('p')),
    figures: [...progress.querySelectorAll('dl > div')].map((each) =>
      [...each.querySelectorAll('dt, dd > span')].map(textOf),
    ),
    ledger: textOf(progress.ownerDocument.querySelector('aside')),
  }
}

/** Looks again and again, and notes what can't be at any step: parts that are not the whole, or a figure that went back. */
function stepsOf(page: Page) {
  const steps: { shown: Awaited<ReturnType<typeof shownOn>>; wrong: string }[] = []
  let ended = false
  async function look() {
    while (!ended) {
      const shown = await shownOn(page)
      const before = steps.at(-1)?.shown ?? shown
      const whole = Object.values(shown.bar).reduce((sum, part) => sum + part, 0)
      const back = Object.entries(before.figures).filter(([key, value]) => shown.figures[key as 'opened'] < value)
      const wrong = [
        whole !== guests && `the bar has ${whole} guests`,
        shown.done < before.done && `${before.done} were done and then ${shown.done}`,
        (shown.bar['delivered'] ?? 0) !== (shown.figures.delivered ?? 0) && 'the bar and the figure differ',
        !shown.addsUp && page.viewportSize()?.width === 1440 && 'the ledger does not add up',
        back.length > 0 && `fewer than before: ${back.map(([key]) => key).join()}`,
      ]
      steps.push({ shown, wrong: wrong.filter(Boolean).join('; ') })
      await page.waitForTimeout(150)
    }
  }
  const looking = look()
  // Who only awaits the end must not be hit by an unhandled rejection.
  looking.catch(() => {})
  return {
    async end() {
      ended = true
      await looking
      return steps
    },
  }
}

const outcomes = (page: Page) =>
  page.getByRole('table', { name: 'What became of it for each guest' }).locator('tbody tr').allInnerTexts()

async function rowsOf(messageId: string) {
  const count = (column: string) => sql<number>`(count(*) filter (where ${sql.ref(column)} is not null))::int`
  return stage.database.db
    .selectFrom('messageDeliveries')
    .where('messageId', '=', messageId)
    .select([
      sql<number>`(count(*) filter (where state = 'accepted'))::int`.as('accepted'),
      count('deliveredAt').as('delivered'),
      count('openedAt').as('opened'),
      count('clickedAt').as('clicked'),
      count('clickedMachineAt').as('clickedMachine'),
      count('bouncedAt').as('bounced'),
      count('complainedAt').as('complained'),
    ])
    .executeTakeFirstOrThrow()
}

async function countersOf(messageId: string) {
  const names = ['accepted', 'delivered', 'opened', 'clicked', 'clickedMachine', 'bounced', 'complained'] as const
  return stage.database.db
    .selectFrom('messageCounters')
    .where('messageId', '=', messageId)
    .select(names.map((name) => sql<number>`sum(${sql.ref(name)})::int`.as(name)))
    .executeTakeFirstOrThrow()
}

async function answer(url: string, text: string) {
  const token = /\/r\/([\w.~-]+)/.exec(text)![1]
  const reply = await fetch(`${url}/api/v1/rsvp/${token}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: stage.url },
    body: JSON.stringify({ status: 'attending' }),
  })
  expect(reply.status).toBe(200)
}

async function cardsOf(page: Page): Promise<Record<string, number>> {
  const cards = await page.getByRole('group', { name: 'Filter by answer' }).locator('> *').all()
  const texts = await Promise.all(cards.map((each) => each.locator('> span').allTextContents()))
  return Object.fromEntries(texts.map(([label, figure]) => [label!.trim().toLowerCase(), toNumber(figure!)]))
}

async function answersOf(eventId: string) {
  const { db } = stage.database
  const rows = await db
    .selectFrom('guests')
    .where('eventId', '=', eventId)
    .select(['rsvpStatus', 'unsubscribedAt'])
    .execute()
  const of = (status: string) => rows.filter(({ rsvpStatus }) => rsvpStatus === status).length
  return {
    invited: rows.length,
    ...{ attending: of('attending'), maybe: of('maybe'), pending: of('pending'), declined: of('declined') },
    unsubscribed: rows.filter(({ unsubscribedAt }) => unsubscribedAt !== null).length,
  }
}
