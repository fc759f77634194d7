import { setTimeout as sleep } from 'node:timers/promises'
import type { Feedback } from '../../domain/feedback.ts'
import { announceFeedback } from '../../storage/inbox.ts'
import { noteVisits, type CountedVisits } from '../../storage/visits.ts'
import type { App, Deps } from '../deps.ts'

/** What comes in this time is one statement, and one hint to the notifiers: nobody sees figures move faster. */
const gatherMs = 20
/** The inbox's statement for so many takes some tens of milliseconds. */
const atOnceMax = 1000
/** Of visits beyond these, a hundred bytes each, a flood is made, or the database is away. They are let go. */
const heldMax = 20_000
/** Until the database is asked again after it did not answer. */
const retryMs = 1000

export type Visits = { note(report: Feedback): void }

/**
 * Keeps what guests do with their mails, which nobody waits for: what comes together is stored together, best effort, and nothing is said to
 * whoever caused it. (Providers' reports, which are waited for and must not be lost, go through `webhooks/intake.ts`.)
 */
export function createVisits(app: App, { database: { db } }: Pick<Deps, 'database'>): Visits {
  // By name: ten loads of one picture within a moment are one report, that of the first of them, and ten hits.
  const held = new Map<string, CountedVisits>()
  const closing = new AbortController()
  let storing: Promise<void> | undefined

  async function storeAll() {
    while (held.size > 0) {
      await pause(gatherMs)
      try {
        await storeSome()
      } catch (error) {
        app.log.warn({ err: error, held: held.size }, 'visits could not be noted yet')
        if (closing.signal.aborted) break
        await pause(retryMs)
      }
    }
    storing = undefined
  }

  async function storeSome() {
    const visits = [...held].slice(0, atOnceMax)
    const stored = visits.map(([, visit]) => ({ ...visit }))
    const fresh = await noteVisits(db, stored)
    for (const [at, [name, visit]] of visits.entries()) {
      // Who came while it was written waits for the next time.
      visit.hits -= stored[at]!.hits
      if (visit.hits === 0) held.delete(name)
    }
    if (fresh > 0) await announceFeedback(db)
  }

  const pause = (ms: number) => sleep(ms, undefined, { signal: closing.signal, ref: false }).catch(() => {})

  app.addHook('onClose', async () => {
    closing.abort()
    await storing
  })

  return {
    note(report) {
      const known = held.get(report.providerEventId)
      if (known) known.hits += 1
      else if (held.size < heldMax) held.set(report.providerEventId, { report, hits: 1 })
      storing ??= storeAll()
    },
  }
}
