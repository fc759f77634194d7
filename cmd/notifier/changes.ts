import { announceChanges } from '../../api/storage/changes.ts'
import type { Notifier } from './notifier.ts'

/** Ten steps a second look like motion, and cost the database ten small commits however fast mails leave. */
const announceEveryMs = 100

/** Tells those who watch which messages have moved. */
export type Changes = {
  /** These have. It costs the sending nothing, and never throws. */
  moved(messageIds: Iterable<string>): void
  /** Tells what is still untold. */
  stop(): Promise<void>
}

/**
 * Gathers what moves: the first at once, then what has come together meanwhile with one NOTIFY. It is a hint like any other; one that could
 * not be given is forgotten, for those who watch look by themselves every few seconds.
 */
export function createChanges(
  { db, log, clock }: Pick<Notifier, 'db' | 'log' | 'clock'>,
  announce: typeof announceChanges = announceChanges,
): Changes {
  const stopped = new AbortController()
  let untold = new Set<string>()
  let telling: Promise<void> | undefined

  async function tell() {
    // Whatever moves at this moment goes with it, and whoever says so does not wait for a statement to be written.
    await clock.nextRound()
    while (untold.size > 0) {
      const messages = [...untold]
      untold = new Set()
      try {
        await announce(db, { messages })
      } catch (error) {
        log.warn(
          { err: error, messages: messages.length },
          'those who watch could not be told; they look by themselves',
        )
      }
      await clock.sleep(announceEveryMs, stopped.signal)
    }
    telling = undefined
  }

  return {
    moved(messageIds) {
      for (const id of messageIds) untold.add(id)
      if (untold.size > 0) telling ??= tell()
    },
    async stop() {
      stopped.abort()
      await telling
    },
  }
}
