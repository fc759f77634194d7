import { claim } from './workers/claim.ts'
import { expand } from './workers/expand.ts'
import { finish } from './workers/finish.ts'
import { fire } from './workers/fire.ts'
import type { Worker } from './worker.ts'

/** What one turn of the loop does, in this order: what is due fires, what fired is expanded, what is expanded is claimed. */
export const workers: readonly Worker[] = [fire, claim, expand, finish]
