import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { ApiClient } from '../cmd/demo/seed/client.ts'
import { demoDraft } from '../cmd/demo/seed/event.ts'
import { newPerson, screenshot, startBrowser } from './browser.ts'

/** Making a database, the first start and the demo's guests took eight seconds on two busy cores. */
const readyWithinMs = 60_000

let data: string
const running = new Set<Demo>()

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'tidings-demo-'))
  // PostgreSQL may run as another user than root, who must be able to pass.
  await chmod(data, 0o755)
})

afterAll(async () => {
  await Promise.all([...running].map((demo) => demo.end('SIGTERM')))
  await rm(data, { recursive: true, force: true })
})

test('npm start brings a host with an event, keeps them after a hard kill, and stops when told', async () => {
  const first = await startDemo()
  const before = await lookAround(first)
  await first.end('SIGKILL')
  const second = await startDemo()
  const after = await lookAround(second)
  const third = await startDemo({ wantsReady: false })
  const exitCode = await second.end('SIGTERM')

  expect(before).toEqual({ events: 1, guests: 24, reminders: 4, drafts: 1, app: 200, catcher: 200 })
  expect(after).toEqual(before)
  expect(second.password).toBe(first.password)
  expect(third.output).toContain(`it already runs from this folder, at ${second.url}`)
  expect(exitCode).toBe(0)
  await expect(fetch(second.url)).rejects.toThrow('fetch failed')
})

test('who reads a mail in the catcher has opened it, and who follows its link has clicked', async () => {
  const demo = await startDemo({ env: { UNDO_WINDOW_MS: '500' } })
  const host = await signedIn(demo)
  const { items: events } = await host.get<{ items: { id: string }[] }>('/api/v1/events')
  const path = `/api/v1/events/${events[0]!.id}/messages`
  const { id } = await host.post<{ id: string }>(path, { ...demoDraft, mode: 'send_now' })
  const browser = await startBrowser()
  onTestFinished(() => browser.close())
  const { page } = await newPerson(browser, demo.catcher, { userAgent: ordinaryBrowser })
  await page.context().route('https://www.ferry.nyc/**', (route) => route.fulfill({ body: 'The ferry' }))
  const figures = async () => {
    const { counts } = await host.get<{ counts: Record<string, number> }>(`${path}/${id}/metrics`)
    const { opened, openedMachine, clicked, clickedMachine } = counts
    return { opened, openedMachine, clicked, clickedMachine }
  }

  // The catcher shows its list, and a source: neither is reading a mail.
  await page.goto('/')
  await page.locator('#mails li').nth(12).waitFor()
  await fetch(`${demo.catcher}/mails/1/source`)
  await sleep(notTooSoonMs)
  const before = await figures()
  await page.getByRole('link', { name: /Ada Brandt/ }).click()
  await expect.poll(figures, { timeout: 10_000 }).toMatchObject({ opened: 1 })
  const ferry = page.waitForEvent('popup')
  await page.frameLocator('iframe').getByRole('link', { name: 'The ferry' }).click()
  await (await ferry).getByText('The ferry').waitFor()
  await page.getByRole('button', { name: 'Phone' }).click()
  await screenshot(page, 'catcher-opened')
  await expect.poll(figures, { timeout: 10_000 }).toMatchObject({ clicked: 1 })
  const after = await figures()

  expect(before).toEqual({ opened: 0, openedMachine: 0, clicked: 0, clickedMachine: 0 })
  expect(after).toEqual({ opened: 1, openedMachine: 0, clicked: 1, clickedMachine: 0 })
})

/** A visit within two seconds of the sending is a gateway's. */
const notTooSoonMs = 2_500

/** Without its head it would name itself a program. */
const ordinaryBrowser =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'

type Demo = {
  output: string
  url: string
  catcher: string
  password: string
  end: (signal: NodeJS.Signals) => Promise<number>
}

async function startDemo({ wantsReady = true, env: own = {} } = {}): Promise<Demo> {
  const { DATABASE_URL: _none, ...env } = process.env
  const child = spawn(process.execPath, ['cmd/demo/main.ts', data], { env: { ...env, ...own } })
  const ended = once(child, 'close')
  let output = ''
  const told = new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`npm start was not ready: ${output}`)), readyWithinMs)
    const hear = (words: unknown) => {
      output += String(words)
      if (!/Ctrl-C stops everything|Tidings stopped/.test(output)) return
      clearTimeout(late)
      resolve()
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
  })
  const end = async (signal: NodeJS.Signals) => {
    running.delete(demo)
    child.kill(signal)
    return ((await ended) as [number])[0]
  }
  const demo: Demo = { output: '', url: '', catcher: '', password: '', end }
  running.add(demo)
  await told
  if (wantsReady && !output.includes('Tidings is ready')) throw new Error(output)
  // The first URL is the app, the second the mail catcher: programs rely on it.
  const [url = '', catcher = ''] = output.match(/http:\/\/localhost:\d+/g) ?? []
  return Object.assign(demo, { output, url, catcher, password: /Password +(\S+)/.exec(output)?.[1] ?? '' })
}

async function signedIn({ url, password }: Demo): Promise<ApiClient> {
  const api = new ApiClient(url, url)
  await api.post('/api/auth/sign-in/email', { email: 'maren@tidings.example', password })
  return api
}

async function lookAround(demo: Demo) {
  const { url, catcher } = demo
  const api = await signedIn(demo)
  const { items: events } = await api.get<{ items: { id: string; stats: { invited: number } }[] }>('/api/v1/events')
  const path = `/api/v1/events/${events[0]!.id}/messages`
  const { items: messages } = await api.get<{ items: { kind: string; status: string }[] }>(path)
  return {
    events: events.length,
    guests: events[0]!.stats.invited,
    reminders: messages.filter(({ kind }) => kind === 'reminder').length,
    drafts: messages.filter(({ status }) => status === 'draft').length,
    app: (await fetch(url)).status,
    catcher: (await fetch(catcher)).status,
  }
}
