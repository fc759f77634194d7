import { Gauge, type Registry } from 'prom-client'
import { closedAccounts } from '../api/storage/account-blocks.ts'
import type { Db } from '../api/storage/database.ts'
import { findHold } from '../api/storage/hold.ts'
import { inboxLag } from '../api/storage/inbox.ts'
import { listNotifiers, readSendingState, strandedMessages } from '../api/storage/operator-status.ts'

/** A scrape that is not answered by then shows the database as away; Prometheus itself gives up after ten seconds. */
const patienceMs = 3000

/**
 * How sending stands as a whole, read from the database at each scrape: the same from every process, so that any one may be watched
 * (take `max` over them). Counts only; nothing of a guest, a host or a message.
 */
export function createSendingGauges(db: Db, registry: Registry): () => Promise<void> {
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers: [registry] })
  const up = gauge('tidings_database_up', '1 when the database answered this scrape')
  const held = gauge('tidings_sending_held', '1 while an operator holds all sending')
  const state = {
    due: gauge('tidings_due_messages', 'Messages whose time has come and that have not fired'),
    sending: gauge('tidings_sending_messages', 'Messages that are being sent'),
    paused: gauge('tidings_paused_messages', 'Messages that are being sent and are paused'),
    openUnits: gauge('tidings_open_units', 'Pieces of work that are left'),
    claimedUnits: gauge('tidings_claimed_units', 'Pieces of work in the hands of a notifier'),
    queued: gauge('tidings_queued_deliveries', 'Deliveries that wait for their mail'),
    unknown: gauge('tidings_unknown_deliveries', 'Deliveries of which nobody knows whether they were accepted'),
  }
  const lag = gauge(
    'tidings_due_lag_seconds',
    'How long a due message has waited to fire, or one of which no notifier holds a part to go on',
  )
  const inbox = gauge('tidings_inbox_reports', 'Reports of providers that wait to be applied')
  const inboxLagS = gauge('tidings_inbox_lag_seconds', 'How long a report that is due has waited to be applied')
  const stranded = gauge('tidings_stranded_messages', 'Messages whose provider no live notifier has', ['provider'])
  const closed = gauge('tidings_closed_accounts', 'Provider accounts that take no mail at the moment', [
    'provider',
    'why',
  ])
  const alive = gauge('tidings_notifiers_alive', 'Live notifiers', ['provider'])
  const heartbeat = gauge('tidings_heartbeat_age_seconds', 'Since a notifier was last seen', ['host', 'pid'])

  async function read() {
    const sending = await readSendingState(db)
    held.set((await findHold(db)) ? 1 : 0)
    for (const [name, value] of Object.entries(state)) value.set(sending[name as keyof typeof state])
    lag.set(sending.dueLagMs / 1000)
    const { waiting, oldestS } = await inboxLag(db)
    inbox.set(waiting)
    inboxLagS.set(oldestS)

    stranded.reset()
    for (const { provider, messages } of await strandedMessages(db)) stranded.set({ provider }, messages)
    closed.reset()
    for (const { provider, kind: why } of await closedAccounts(db)) closed.inc({ provider, why })
    const notifiers = await listNotifiers(db)
    alive.reset()
    heartbeat.reset()
    // A series that is missing wakes nobody: with no notifier left there is one that says 0.
    if (!notifiers.some((notifier) => notifier.alive)) alive.set({ provider: 'none' }, 0)
    for (const { provider, host, pid, seenMsAgo, alive: lives } of notifiers) {
      heartbeat.set({ host, pid }, seenMsAgo / 1000)
      if (lives) alive.inc({ provider })
    }
  }

  return async () => {
    const late = new Promise<'late'>((resolve) => void setTimeout(() => resolve('late'), patienceMs).unref())
    const outcome = await Promise.race([read().catch(() => 'away' as const), late])
    up.set(outcome === undefined ? 1 : 0)
  }
}
