import { blockForMs, failuresBeforeBlock } from '../../api/domain/account-block.ts'
import * as accounts from '../../api/storage/account-blocks.ts'
import { announceDue } from '../../api/storage/messages.ts'
import { pauseForAccount } from '../../api/storage/misconfigured.ts'
import { createNews } from './news.ts'
import type { Notifier } from './notifier.ts'

/** Whoever makes the first call after a block has this long; then somebody else may. Most answers come in a second. */
export const probeWithinMs = 60_000

/** What another replica has learned is known here within this time. The wire mark of an account with a limit knows it at once. */
const lookEveryMs = 1000

/** A closed account is looked at whenever something wakes the process, for that may be somebody who has mended it. */
const lookWhenClosedMs = 250

/** Lines that are refused within this time are refused for one reason. */
const sameMomentMs = 5_000

/** Why an account is closed, and for how long at first. `failed`: the provider is not merely too busy. */
export type Closing = accounts.Block & { askedMs: number; failed: boolean }

export type Account = ReturnType<typeof createAccount>

/**
 * The circuit breaker of this process's provider account. While it is closed nothing starts; when the time is over one call goes first,
 * one of all replicas, and what becomes of it opens the account or closes it for longer. What it knows is a copy of the account's row:
 * one replica's trouble is everybody's.
 */
export function createAccount({ db, transport, log, clock, random, changes }: Notifier) {
  const key = { account: transport.account, provider: transport.provider }
  let known = accounts.freeAccount
  let closedUntil = 0
  let losses = 0
  let probing = false
  let lookedAt = -Infinity
  let onClose = () => {}

  const isTimeOver = () => clock.now() >= closedUntil
  // Credentials are looked at before anybody's mail is: see workers/account.ts.
  const isClosed = () => !isTimeOver() || known.kind === 'misconfigured'
  const isSuspect = () => known.failures > 0

  const news = createNews((error) =>
    log.error({ err: error }, 'the other notifiers do not know yet what became of the account'),
  )
  const write = (work: () => Promise<unknown>) => void news.add(work)

  function close({ askedMs, failed, ...block }: Closing) {
    losses = 0
    probing = false
    // All lines meet the same trouble at the same moment. That is one refusal; only who asks for more says something new.
    if (!isTimeOver() && clock.now() + askedMs <= closedUntil + sameMomentMs) return
    const failures = known.failures + (failed && isTimeOver() ? 1 : 0)
    const forMs = blockForMs(askedMs, failures, random())
    closedUntil = clock.now() + forMs
    known = { ...known, failures, kind: block.kind, reason: block.reason, reply: block.reply ?? null }
    log.warn({ ...block, waitMs: forMs }, 'the provider takes no mail at the moment')
    onClose()
    write(async () => {
      await accounts.blockAccount(db, key, { ...block, forMs, failed })
      if (block.kind === 'misconfigured') changes?.moved(await pauseForAccount(db, key, block.reply ?? block.reason))
    })
  }

  /** Reads the account's row again, after what this process has just written itself. */
  async function refresh() {
    // Without that the row would say that all is well, and this process would believe it.
    await news.told()
    const askedAt = clock.now()
    const wasClosed = isClosed()
    known = await accounts.readAccount(db, key.account)
    closedUntil = known.blockedForMs > 0 ? askedAt + known.blockedForMs : 0
    if (!wasClosed && isClosed()) onClose()
  }

  return {
    key,
    close,
    refresh,
    isClosed,
    known: () => known,
    /** Its time is over, but only a look at the credentials can open it. */
    isToBeVerified: () => isTimeOver() && known.kind === 'misconfigured',
    /** Whether a line that is in use may go on. */
    isOpen: () => !isClosed() && !isSuspect(),
    /** Calls `act` when the account closes: what this process holds is given back, so that its leases stand in nobody's way. */
    onClose: (act: () => void) => void (onClose = act),
    /** Reads the row now and then; answers whether it did, and whether for the first time. */
    async look(): Promise<'first' | 'again' | undefined> {
      const isFirst = lookedAt === -Infinity
      if (clock.now() - lookedAt < (isClosed() ? lookWhenClosedMs : lookEveryMs)) return undefined
      const askedAt = clock.now()
      await refresh()
      lookedAt = askedAt
      return isFirst ? 'first' : 'again'
    },

    /** Until it may be looked at again; Infinity when it is open, for there is nothing to wake up for. */
    opensInMs: () => (isClosed() ? Math.max(closedUntil - clock.now(), isTimeOver() ? lookEveryMs : 0) : Infinity),

    /** The same after a turn that came too early for a look: what woke this process may have been the news. */
    looksInMs: () => (isClosed() ? Math.max(lookedAt + lookWhenClosedMs - clock.now(), 0) : Infinity),

    /** Nothing came back, or nobody could be reached. A few in a row without a sign of life, and the account is closed. */
    lost(closing: Closing) {
      losses += 1
      if (losses >= failuresBeforeBlock || isSuspect()) close(closing)
    },

    /** The provider has taken a mail, or refused one for its own sake: it is there. */
    isAlive() {
      losses = 0
      probing = false
      if (!isSuspect() || isClosed()) return
      known = { ...known, failures: 0 }
      log.info({ account: key.account }, 'the provider takes mail again')
      write(async () => {
        await accounts.openAccount(db, key.account)
        // The other replicas sleep until the time of the block is over.
        await announceDue(db)
      })
    },

    /** Whether a call may start. After a block that is one call of all, until its answer is known. */
    async admits(): Promise<boolean> {
      if (isClosed() || probing) return false
      if (!isSuspect()) return true
      probing = true
      await news.told().catch(() => {})
      if (await accounts.mayProbe(db, key.account, probeWithinMs).catch(() => false)) return true
      probing = false
      await refresh().catch(() => {})
      return false
    },

    /** Whoever was admitted has made no call. */
    wasNotUsed() {
      if (!probing) return
      probing = false
      write(() => accounts.giveUpProbe(db, key.account))
    },
  }
}
