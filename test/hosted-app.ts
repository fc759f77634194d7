import { afterAll, beforeAll } from 'vitest'
import { createTestApp, type Somebody, type TestApp } from './app.ts'

/** The app that the tests of a file share, and the host who asks it. Both are there when the first test begins. */
export let at: TestApp
export let host: Somebody

/** Makes them before the first test of the file, and closes the app after the last. */
export function shareAppWithHost() {
  beforeAll(async () => {
    at = await createTestApp()
    host = await at.signUp('maren@example.com')
  })
  afterAll(() => at.close())
}
