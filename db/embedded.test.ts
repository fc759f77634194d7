import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

test.each([
  ['process.exitCode = 3', 3],
  ['process.exit(3)', 3],
  ['process.exit(0)', 0],
])('a process that brings its own database and ends with %s keeps that exit code', (ending, code) => {
  const script = `await import('./db/embedded.ts'); ${ending}`

  const { status } = spawnSync(process.execPath, ['--input-type=module', '--eval', script])

  expect(status).toBe(code)
})
