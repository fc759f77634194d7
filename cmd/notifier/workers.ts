import { account } from './workers/account.ts'
import { claim } from './workers/claim.ts'
import { finish } from './workers/finish.ts'
import { fire } from './workers/fire.ts'
import type { Worker } from './worker.ts'

/** What one turn of the loop does, in this order: what is due fires, what has fired is claimed, what is done is ended;
 * and before all of it, whether mails may leave at all. */
export const workers: readonly Worker[] = [account, fire, claim, finish]
