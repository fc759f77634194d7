import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ApiClient } from '../cmd/demo/seed/client.ts'

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

type Demo = {
  output: string
  url: string
  catcher: string
  password: string
  end: (signal: NodeJS.Signals) => Promise<number>
}

async function startDemo({ wantsReady = true } = {}): Promise<Demo> {
  const { DATABASE_URL: _none, ...env } = process.env
  const child = spawn(process.execPath, ['cmd/demo/main.ts', data], { env })
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

async function lookAround({ url, catcher, password }: Demo) {
  const api = new ApiClient(url, url)
  await api.post('/api/auth/sign-in/email', { email: 'maren@tidings.example', password })
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
