import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

test('a process that brings its own database keeps the exit code that it earned', () => {
  const script = "await import('./db/embedded.ts'); process.exitCode = 3"

  const { status } = spawnSync(process.execPath, ['--input-type=module', '--eval', script])

  expect(status).toBe(3)
})
