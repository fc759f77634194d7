import { afterAll, beforeAll, inject } from 'vitest'
import { createWorld } from './database/schema.ts'

/** A database of the simulation for one test file; `url()` is known once the tests run. */
export function useWorld(): { url: () => string } {
  let world: Awaited<ReturnType<typeof createWorld>>
  beforeAll(async () => {
    world = await createWorld(inject('postgres').serverUrl)
  })
  afterAll(() => world.drop())
  return { url: () => world.url }
}
