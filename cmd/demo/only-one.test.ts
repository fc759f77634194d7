import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { holdFolder, type OnlyOne } from './only-one.ts'
import { freePortFrom, listenOnFreePort } from './ports.ts'

test('a second demo on the same folder learns where the first one is', async () => {
  const folder = await newFolder()
  const first = (await holdFolder(folder)) as OnlyOne
  first.announce('http://localhost:3000')

  const second = await holdFolder(folder)
  first.release()
  const third = await holdFolder(folder)

  expect(second).toEqual({ runningAt: 'http://localhost:3000' })
  expect(third).toHaveProperty('announce')
  ;(third as OnlyOne).release()
})

test('what a killed demo left behind blocks nobody', async () => {
  const folder = await newFolder()
  await writeFile(join(folder, 'demo.sock'), '')

  const hold = await holdFolder(folder)

  expect(hold).toHaveProperty('announce')
  ;(hold as OnlyOne).release()
})

test('a taken port makes room for the next one', async () => {
  const taken = createServer()
  const port = await listenOnFreePort(taken, 0)
  onTestFinished(() => void taken.close())

  const next = await freePortFrom(port)

  expect(next).toBeGreaterThan(port)
})

async function newFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'tidings-hold-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
