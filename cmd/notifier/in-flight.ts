import { compileMessage, type CompiledMessage } from '../../api/content/compile.ts'
import type { AmbiguityPolicy } from '../../api/domain/message.ts'
import { loadInFlight, usefulForMs, type MessageInFlight } from '../../api/storage/in-flight.ts'
import type { Notifier } from './notifier.ts'

/** A message in the hands of this process: compiled once, joined with each guest's own words per mail. */
export type Compiled = MessageInFlight & { mails: CompiledMessage; policy: AmbiguityPolicy; loadedAt: number }

/** Messages kept compiled; the oldest leaves when one more comes. A compiled message takes some tens of kilobytes. */
const compiledMax = 200

/** A host who has guests tried again prolongs the message; a minute that we do not know of is no harm in hours. */
const askAgainAfterMs = 60_000

/** Loads and compiles each message once, however many units of it pass through this process. */
export function createMessageCache({ db, signer, settings, clock }: Notifier) {
  const compiled = new Map<string, Promise<Compiled | undefined>>()

  async function load(messageId: string): Promise<Compiled | undefined> {
    const message = await loadInFlight(db, messageId, settings.frequencyCap)
    if (!message) return forget(messageId)
    const loadedAt = clock.now()
    const policy = message.onAmbiguous ?? settings.onAmbiguous
    // One that is never sent again on suspicion has only the provider's report to settle it.
    const mails = await compileMessage(message.content, { signer, wantsProof: policy === 'hold' })
    return { ...message, mails, policy, loadedAt }
  }

  /** The words are frozen. How long they are of use, and whether anybody is still to get them, is not. */
  async function upToDate(message: Compiled | undefined): Promise<Compiled | undefined> {
    const now = clock.now()
    if (!message || now - message.loadedAt < askAgainAfterMs) return message
    const leftMs = await usefulForMs(db, message.id)
    if (leftMs === undefined) return forget(message.id)
    return Object.assign(message, { expiresInMs: leftMs, loadedAt: now })
  }

  const forget = (messageId: string) => void compiled.delete(messageId)

  return {
    get(messageId: string): Promise<Compiled | undefined> {
      let loading = compiled.get(messageId)
      if (!loading) {
        loading = load(messageId)
        loading.catch(() => compiled.delete(messageId))
        compiled.set(messageId, loading)
        if (compiled.size > compiledMax) compiled.delete(compiled.keys().next().value!)
      }
      return loading.then(upToDate)
    },
    forget,
  }
}

export type MessageCache = ReturnType<typeof createMessageCache>

/** Time left until the message is no longer useful, by the monotonic clock from when it was loaded. */
export function expiresInMs(message: Compiled, now: number): number {
  return message.expiresInMs - (now - message.loadedAt)
}
