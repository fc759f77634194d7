import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, openSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'

const writer = `
  import { createLogger } from './cmd/log.ts'
  const log = createLogger('notifier', { LOG_LEVEL: 'info', NODE_ENV: 'production' })
  for (let line = 1; line <= 3; line++) log.info({ line }, 'sent')
  process.exit(3)`

// Every write to /dev/full fails as on a disk without room; only Linux has it.
test.skipIf(!existsSync('/dev/full'))(
  'a process whose log is on a full disk goes on without it, and says so once',
  async () => {
    const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', writer], {
      stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
    })
    const said = text(child.stderr!)
    const [code] = (await once(child, 'exit')) as [number]

    expect(code).toBe(3)
    expect((await said).match(/Log lines are being lost/g)).toHaveLength(1)
  },
)

test('lines are JSON with the name of their process', async () => {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', writer], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = (await text(child.stdout!)).trim().split('\n')

  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject(
    [1, 2, 3].map((line) => ({ process: 'notifier', msg: 'sent', line })),
  )
})
