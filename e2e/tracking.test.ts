import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../test/notifiers.ts'
import { accessibilityFaults, newPerson, screenshot, startBrowser } from './browser.ts'
import { signUp } from './host.ts'
import { readLetter } from './letter.ts'
import { startStage, type Stage } from './stage.ts'

let stage: Stage
let browser: Browser
beforeAll(async () => {
  ;[stage, browser] = await Promise.all([startStage({ notifiers: 1 }), startBrowser()])
})
afterAll(async () => {
  await Promise.all([stage?.stop(), browser?.close()])
})

test('a host who wants to know switches it on, and the next mail leads its links through us', async () => {
  const { page, errors } = await newPerson(browser, stage.url)
  await signUp(page)
  await page.goto('/account')
  const clicks = page.getByRole('switch', { name: 'See who follows your links' })
  await clicks.click()
  await page.getByRole('switch', { name: 'See who opens your mails' }).click()
  await expect.poll(() => clicks.getAttribute('aria-checked')).toBe('true')
  await screenshot(page, 'account-tracking')
  const faults = await accessibilityFaults(page)

  const api = async (path: string, data: object) => {
    const reply = await page.request.post(`/api/v1${path}`, { data, headers: { origin: stage.url } })
    return (await reply.json()) as { id: string }
  }
  const when = { localStart: '2031-03-14T18:00', timezone: 'America/New_York' }
  const { id } = await api('/events', { name: 'The Long Table', ...when })
  await api(`/events/${id}/guests`, { name: 'Amina', email: 'amina@example.com' })
  const body = 'Read [the menu](https://menu.example/a?b=1).'
  await api(`/events/${id}/messages`, { audience: 'everyone', subject: 'Menu', body, mode: 'send_now' })

  const mail = await eventually(async () => stage.mails.mailsTo('amina@example.com')[0], 30_000)
  const { html } = await readLetter(mail)
  const link = /href="([^"]*\/c\/[^"]*)"/.exec(html)![1]!
  const reply = await fetch(link, { redirect: 'manual', headers: { 'user-agent': 'Mozilla/5.0 Firefox/140.0' } })

  expect([reply.status, reply.headers.get('location')]).toEqual([302, 'https://menu.example/a?b=1'])
  expect(html).toMatch(/<img src="[^"]*\/o\/[^"]*\.gif"/)
  const noted = () => stage.database.db.selectFrom('providerEvents').select(['provider', 'kind', 'link']).execute()
  await expect.poll(noted).toEqual([{ provider: 'tidings', kind: 'clicked', link: '1' }])
  expect([...faults, ...errors]).toEqual([])
})
