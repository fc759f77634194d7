import type { Change } from '../database/change.ts'
import { tenantOf } from '../host/host.ts'
import { changeOf, type DeliveryRow, type Mirror } from './mirror.ts'
import { violated, type Invariant } from './invariant.ts'

export const apart: Invariant = {
  id: 'I9',
  says: 'Nothing of one host is read, written or mailed on behalf of another.',
  watch({ mirror }) {
    return {
      afterCommit(changes) {
        for (const change of changes) {
          const tenant = tenantOf(change.by)
          const owner = ownerOf(mirror, change)
          if (tenant && owner && tenant !== owner) violated('I9', `${change.by} wrote ${change.table} of host ${owner}`)
          if (tenant === undefined) judgeSkip(mirror, change)
        }
      },
      onArrival({ tag, mail }) {
        const [messageId, seq] = tag.split('_') as [string, string]
        const event = mirror.eventOf(messageId)
        const row = mirror.delivery(messageId, Number(seq))
        if (!event || !row) return violated('I9', `${tag} is a mail of no message`)
        const guest = mirror.guests.get(row.guestId ?? '')
        if (guest && guest.eventId !== event.id) violated('I9', `${tag} went to a guest of another event`)
        if (!mail.parts().html.includes(String(event.name))) violated('I9', `${tag} speaks of another event`)
      },
    }
  },
}

function ownerOf(mirror: Mirror, { is, was }: Change): string | undefined {
  const row = (is ?? was)!
  if (typeof row.hostId === 'string') return row.hostId
  if (typeof row.messageId === 'string') return mirror.eventOf(row.messageId)?.hostId
  return typeof row.eventId === 'string' ? mirror.events.get(row.eventId)?.hostId : undefined
}

/** A guest is left out as suppressed only because of this host's own list, or of everybody's. */
function judgeSkip(mirror: Mirror, change: Change) {
  const row = changeOf<DeliveryRow>(change, 'message_deliveries')?.is
  if (row?.state !== 'skipped' || row.reason !== 'suppressed') return
  const hostId = mirror.eventOf(row.messageId)?.hostId
  const isOwn = [...mirror.suppressions.values()].some(
    (s) => s.address === row.address && (s.hostId === null || s.hostId === hostId),
  )
  if (!isOwn) violated('I9', `${row.address} was left out because of another host's list`)
}
