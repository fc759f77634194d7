import { endBlock, mayProbe } from '../../../api/storage/account-blocks.ts'
import { announceDue } from '../../../api/storage/messages.ts'
import { isAnyPausedForAccount, pauseForAccount, resumeForAccount } from '../../../api/storage/misconfigured.ts'
import { mayAskQuota, setMailsLeft, setRate } from '../../../api/storage/rate-buckets.ts'
import { misconfiguredRetryMs } from '../../../api/domain/retry.ts'
import { probeWithinMs, type Closing } from '../account.ts'
import type { Desk, Worker } from '../worker.ts'

/**
 * Keeps this process's picture of its provider account: what it allows, whether it is closed, and whether refused credentials have been
 * mended meanwhile. First of all workers, so that nothing leaves before the account is known. While the account is closed the loop wakes
 * when its time is over: nothing else in the tables comes due then.
 */
export const account: Worker = {
  name: 'account',
  refills: true,
  async run(desk) {
    const look = await desk.account.look()
    if (!look) return Math.min(desk.account.opensInMs(), desk.account.looksInMs())
    if (look === 'first') await enterRate(desk)
    await askPace(desk)
    if (desk.account.known().kind === 'misconfigured') await holdMessages(desk, look === 'first')
    else if (look === 'first') await takeOver(desk)
    return desk.account.opensInMs()
  },
}

/** Enters what the configuration says. What a provider has told somebody already is better than what this process assumes. */
async function enterRate({ notifier: { db, transport }, account: ours }: Desk) {
  if (transport.askPace) return
  const { callsPerSecond = null, assumed } = transport.pace?.() ?? {}
  const { ceiling } = ours.known()
  if (callsPerSecond === ceiling || (assumed && ceiling !== null)) return
  await setRate(db, ours.key, callsPerSecond)
  await ours.refresh()
}

/** A quota of the last 24 hours frees itself mail by mail; hosts are told ten minutes, and not a minute that moves on. */
const quotaUsedUp: Closing = {
  ...{ kind: 'overQuota', reason: 'The quota of the last 24 hours is used up.', askedMs: 10 * 60_000, failed: false },
}

/** Once a minute one of the replicas asks for the quota, and all draw from what it was told. */
async function askPace({ notifier, account: ours }: Desk) {
  const { db, transport, log } = notifier
  if (!transport.askPace || ours.isClosed() || !(await mayAskQuota(db, ours.key))) return
  try {
    const { callsPerSecond = null, mailsLeft = null } = await transport.askPace()
    await setRate(db, ours.key, callsPerSecond)
    await setMailsLeft(db, ours.key, mailsLeft)
    await ours.refresh()
    if (mailsLeft === 0) ours.close(quotaUsedUp)
  } catch (error) {
    log.warn({ err: error }, 'the provider does not say how much it takes; asking again in a minute')
  }
}

/** A new key, or a corrected address, is another account, which has no trouble of its own: what was paused for the old one goes on with it. */
async function takeOver(desk: Desk) {
  if (await isAnyPausedForAccount(desk.notifier.db, desk.account.key)) verify(desk)
}

/** Messages that fired meanwhile are paused like the others; credentials that work again let all of them go on. */
async function holdMessages(desk: Desk, isFirst: boolean) {
  const { notifier, account: ours } = desk
  const { db, changes } = notifier
  const { reason, reply } = ours.known()
  changes?.moved(await pauseForAccount(db, ours.key, reply ?? reason))
  // A process that has just started may well have been started with better ones.
  if ((!ours.isToBeVerified() && !isFirst) || checking.has(ours)) return
  if (!isFirst && !(await mayProbe(db, ours.key.account, probeWithinMs))) return

  verify(desk)
}

/** Asks the provider in the background, and lets go on what was paused for the account, or closes it for longer. */
function verify({ notifier: { db, transport, log, changes }, account: ours }: Desk) {
  checking.add(ours)
  void transport
    .verify()
    .then(async (verdict) => {
      if (verdict !== 'ok')
        return ours.close({
          ...{ kind: 'misconfigured', reason: ours.known().reason ?? verdict, reply: verdict },
          ...{ askedMs: misconfiguredRetryMs, failed: true },
        })
      await endBlock(db, ours.key.account)
      await ours.refresh()
      const resumed = await resumeForAccount(db, ours.key)
      changes?.moved(resumed)
      await announceDue(db)
      log.info({ messages: resumed.length }, 'the provider knows the account again; what was paused for it goes on')
    })
    .catch((error: unknown) => log.error({ err: error }, 'the account could not be looked at'))
    .finally(() => checking.delete(ours))
}

/** A look at the credentials may take as long as a server takes to greet us, and the loop has other things to do. */
const checking = new WeakSet<Desk['account']>()
