import { AxeBuilder } from '@axe-core/playwright'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { onTestFailed } from 'vitest'
import { chromiumPath } from '../test/chromium.ts'

export type { Page } from 'playwright-core'

/** A page on a busy machine with two cores answered within three seconds at worst; this ends what hangs. */
const actionTimeoutMs = 15_000

/** What the law asks for in Europe and the United States: WCAG 2.2, levels A and AA. */
const accessibilityRules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

const screenshots = 'test-results/screenshots'

/** What keeps Chromium from looking for its maker's servers. Its sandbox does not work for root, as CI runs. */
const flags = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
]

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath(), args: flags, headless: true })
}

/**
 * A new person's window: own cookies, nothing remembered. `errors` gathers what the page's scripts threw and what the server
 * refused them. Called inside a test, so that a failure leaves a picture.
 */
export async function newPerson(browser: Browser, baseURL: string, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({
    baseURL,
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    ...options,
  })
  context.setDefaultTimeout(actionTimeoutMs)
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('response', (response) => {
    if (response.status() >= 400) errors.push(`${response.status()} ${response.request().method()} ${response.url()}`)
  })
  onTestFailed(({ task }) => screenshot(page, `failed-${task.name.slice(0, 60).replaceAll(/\W+/g, '-')}`))
  return { page, errors }
}

/** For people to look at afterwards, in test-results/screenshots. */
export async function screenshot(page: Page, name: string) {
  mkdirSync(screenshots, { recursive: true })
  await page.screenshot({ path: join(screenshots, `${name}.png`), animations: 'disabled' })
}

/** What axe finds on the page as it is now, one line each. The preview's own frame is a mail and no part of the app. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(accessibilityRules).exclude('iframe').analyze()
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${page.url()} ${id}: ${html.slice(0, 200)}`))
}
