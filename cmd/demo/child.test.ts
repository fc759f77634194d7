import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startChild } from './child.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidings-child-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

/** A process that says it is up and, when told to stop, leaves a note that it did so in peace. */
const peaceful = (note: string) => `
  import { writeFileSync } from 'node:fs'
  process.on('SIGTERM', () => { writeFileSync(${JSON.stringify(note)}, 'in peace'); process.exit(0) })
  setInterval(() => {}, 1000)
  console.log(JSON.stringify({ level: 30, msg: 'ready', address: 'here', pid: process.pid }))
`

test('a child says when it is ready and stops when asked', async () => {
  const note = join(folder, 'note')
  const child = startChild(await program('peaceful.ts', peaceful(note)))

  const ready = await child.ready
  await child.stop()

  expect(ready).toMatchObject({ msg: 'ready', address: 'here' })
  expect(await readFile(note, 'utf8')).toBe('in peace')
  expect(await readFile(join(folder, 'peaceful.ts.log'), 'utf8')).toContain('"address":"here"')
})

const ends: [string, string, RegExp][] = [
  [
    'its error line',
    `console.log(JSON.stringify({ level: 60, msg: 'PORT is no number' })); process.exit(1)`,
    /^PORT is no number$/,
  ],
  ['what it threw', `throw new TypeError('no such thing')`, /^TypeError: no such thing$/],
  ['its exit code', `process.exit(3)`, /^it ended with exit code 3$/],
  ['its signal', `process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000)`, /^it was ended by SIGKILL$/],
]

test.each(ends)('a child that ends by itself is known by %s', async (_what, text, words) => {
  const child = startChild(await program('short.ts', text))

  await expect(child.ended).resolves.toMatch(words)
  await expect(child.ready).rejects.toThrow('short.ts: ')
})

test('a child stops in peace when its parent is killed', async () => {
  const note = join(folder, 'note')
  const grandchild = await program('peaceful.ts', peaceful(note))
  const parent = join(folder, 'parent.ts')
  const childModule = join(import.meta.dirname, 'child.ts')
  await writeFile(
    parent,
    `import { startChild } from ${JSON.stringify(childModule)}
     const child = startChild(${JSON.stringify(grandchild)})
     await child.ready
     console.log('up')`,
  )

  const running = spawn(process.execPath, [parent], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(running.stdout, 'data')
  running.kill('SIGKILL')

  await vi.waitFor(async () => expect(await readFile(note, 'utf8')).toBe('in peace'), { timeout: 5_000, interval: 50 })
})

async function program(name: string, text: string) {
  const script = join(folder, name)
  await writeFile(script, text)
  return { name, script, env: process.env, logFile: `${script}.log` }
}
