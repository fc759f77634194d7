import type { Delivery } from '../../../../api/contract/delivery.ts'
import type { Counts } from '../../../../api/contract/message.ts'
import { deliveryLooks } from '../../ui/badges.ts'
import { number } from '../words.ts'
import type { OutcomeFilter } from './useDeliveries.ts'

export function nameOf({ guestName, address }: Delivery): string {
  return guestName ?? address ?? 'A guest who was removed'
}

/** A row stays the same row, whatever becomes of it. */
export const keyOf = ({ guestId, address }: Delivery) => guestId ?? address ?? ''

/** When it last changed. */
export function lastMoment({ timeline, dueAt }: Delivery): string | undefined {
  return timeline.at(-1)?.at ?? dueAt ?? undefined
}

/** What a program did with the mail, and how we know that it was none of the guest's doing. */
export function machineWords(delivery: Delivery): { text: string; at: string } | undefined {
  const { openedMachineAt, clickedMachineAt, machineReason } = delivery
  const at = clickedMachineAt ?? openedMachineAt
  if (!at) return undefined
  const did = clickedMachineAt ? 'followed a link in it' : 'opened it'
  return {
    at,
    text: `A machine ${did}, which says nothing about the guest.${machineReason ? ` ${machineReason}` : ''}`,
  }
}

/** Where a number is known, it stands beside the word. */
const counted: Partial<Record<Delivery['status'], (counts: Counts) => number>> = {
  failed: (counts) => counts.failed,
  bounced: (counts) => counts.bounced,
  unknown: (counts) => counts.unknown,
  skipped: (counts) => counts.skipped,
  complained: (counts) => counts.complained,
}

export function outcomeOptions(counts: Counts): { value: OutcomeFilter; label: string }[] {
  const statuses = Object.keys(deliveryLooks) as Delivery['status'][]
  return [
    { value: 'all', label: `All ${number(counts.total)}` },
    ...statuses.map((status) => {
      const count = counted[status]?.(counts)
      return { value: status, label: deliveryLooks[status].label + (count === undefined ? '' : ` ${number(count)}`) }
    }),
  ]
}
