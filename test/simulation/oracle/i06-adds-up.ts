import type { CounterName, CountersRow, DeliveryRow, Mirror } from './mirror.ts'
import { violated, type Invariant } from './invariant.ts'

/** Which counter counts a row; whatever is on the wire is still waiting for the host. */
const counterOf: Record<DeliveryRow['state'], CounterName> = {
  queued: 'queued',
  wired: 'queued',
  accepted: 'accepted',
  unknown: 'unknown',
  failed: 'failed',
  skipped: 'skipped',
  cancelled: 'cancelled',
}
const names = ['queued', 'accepted', 'failed', 'unknown', 'skipped', 'cancelled'] as const

/** What has been reported of a row is counted beside its state, whatever that is. */
const facts = [
  ...(['delivered', 'opened', 'openedMachine', 'clicked', 'clickedMachine'] as const),
  ...(['bounced', 'complained', 'unsubscribed'] as const),
]

export const addsUp: Invariant = {
  id: 'I6',
  says: 'What the host sees always adds up: after each commit the counters are the rows, counted.',
  watch({ mirror }) {
    return {
      afterCommit(changes) {
        const touched = changes.flatMap(({ table, is, was }) =>
          table === 'message_deliveries' || table === 'message_counters' ? [String((is ?? was)!.messageId)] : [],
        )
        for (const messageId of new Set(touched)) compare(mirror, messageId)
      },
      atEnd() {
        for (const { id, total, status } of mirror.messages.values()) {
          const rows = mirror.deliveriesOf(id).length
          if (status === 'sent' && total !== rows) violated('I6', `message ${id} says ${total} of ${rows} rows`)
        }
      },
    }
  },
}

function compare(mirror: Mirror, messageId: string) {
  const rows = mirror.deliveriesOf(messageId)
  const shards = [...mirror.counters.values()].filter((row: CountersRow) => row.messageId === messageId)
  for (const name of names) {
    hold(name, rows.filter(({ state }) => counterOf[state] === name).length)
  }
  for (const name of facts) hold(name, rows.filter((row) => (row[`${name}At`] ?? null) !== null).length)

  function hold(name: CounterName, counted: number) {
    const shown = shards.reduce((sum, shard) => sum + shard[name], 0)
    if (counted !== shown) violated('I6', `message ${messageId} shows ${shown} ${name}, and there are ${counted}`)
  }
}
