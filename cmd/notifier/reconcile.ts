import { isAdrift, measureDrift, recountMessage } from '../../api/storage/operator-recount.ts'
import { beginRound, endRound, rememberRecount } from '../../api/storage/recount-round.ts'
import type { Notifier } from './notifier.ts'

/** A round a minute, of all replicas together: what is wrong has been so for minutes already. */
const roundEveryMs = 60_000

/** Rows read in one round: two seconds of one connection. What is left over is found again by the next one. */
const rowsMax = 1_000_000

/**
 * Holds the counters of messages that are over against their rows. A difference is told to the log and to whoever reads the figures first, and
 * only then mended, for it is the sign of a fault of ours. Nothing of the sending waits for it.
 * @returns a function that ends it, and waits for what it is doing.
 */
export function reconcileCounters(notifier: Pick<Notifier, 'db' | 'log' | 'clock' | 'meter'>): () => Promise<void> {
  const { log, clock } = notifier
  let atWork: Promise<void> | undefined
  let isOver = false

  const lookSafely = () => {
    if (isOver) return
    atWork ??= reconcile(notifier, () => isOver)
      .catch((error: unknown) => log.warn({ err: error }, 'the counters could not be checked'))
      .finally(() => (atWork = undefined))
  }
  lookSafely()
  const end = clock.every(roundEveryMs, lookSafely)
  return async () => {
    isOver = true
    end()
    await atWork
  }
}

/** One message that cannot be read stands in nobody's way. When so many cannot, it is not for their sake. */
const failuresMax = 3

/** One round, if it is this process's turn. */
export async function reconcile(
  { db, log, meter }: Pick<Notifier, 'db' | 'log' | 'meter'>,
  isOver: () => boolean = () => false,
): Promise<void> {
  const round = await beginRound(db)
  if (!round) return
  let rowsRead = 0
  let left = round.due.length
  let failures = 0
  for (const { messageId, total } of round.due) {
    if (isOver() || (rowsRead > 0 && rowsRead + total > rowsMax)) break
    try {
      await check({ db, log, meter }, messageId)
    } catch (error) {
      failures += 1
      if (failures === failuresMax) throw error
      log.warn({ err: error, messageId }, 'the counters of a message could not be checked; the others are')
    }
    rowsRead += total
    left -= 1
  }
  // Those that are left over would else be passed by.
  await endRound(db, left === 0 ? round.after : round.from, roundEveryMs)
}

async function check({ db, log, meter }: Pick<Notifier, 'db' | 'log' | 'meter'>, messageId: string) {
  const measured = await measureDrift(db, messageId)
  if (isAdrift(measured)) {
    meter?.add('counters_adrift')
    log.warn({ messageId, ...measured }, 'the counters of a message differ from its rows; they are mended now')
    await recountMessage(db, messageId)
  }
  await rememberRecount(db, messageId)
  meter?.add('counters_checked')
}
