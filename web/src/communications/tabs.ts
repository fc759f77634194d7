import type { Message } from '../../../api/contract/message.ts'

export const tabs = ['scheduled', 'sent', 'cancelled'] as const
export type Tab = (typeof tabs)[number]

export const tabLabels: Record<Tab, string> = { scheduled: 'Scheduled', sent: 'Sent', cancelled: 'Cancelled' }

/** Each status is in exactly one tab. A failed message is found where one looks for what has gone out. */
const tabOfStatus: Record<Message['status'], Tab> = {
  draft: 'scheduled',
  scheduled: 'scheduled',
  sending: 'sent',
  sent: 'sent',
  failed: 'sent',
  cancelled: 'cancelled',
}

export function tabOf(message: Pick<Message, 'status'>): Tab {
  return tabOfStatus[message.status]
}

/** The statuses that a tab can be narrowed to; nothing where there is only one. */
export function statusesOf(tab: Tab): Message['status'][] {
  const statuses = (Object.keys(tabOfStatus) as Message['status'][]).filter((status) => tabOfStatus[status] === tab)
  return statuses.length > 1 ? statuses : []
}

/** Only a draft or a scheduled message can still be edited, sent or cancelled. */
export function isOpen({ status }: Pick<Message, 'status'>): boolean {
  return tabOfStatus[status] === 'scheduled'
}

type Sortable = Pick<Message, 'status'> & Partial<Message>

/** What goes out next comes first, drafts without a time last; what is over starts with the latest. */
const order: Record<Tab, (a: Sortable, b: Sortable) => number> = {
  scheduled: (a, b) => timeOf(a.sendAt, Infinity) - timeOf(b.sendAt, Infinity) || 0,
  sent: (a, b) => began(b) - began(a),
  cancelled: (a, b) => timeOf(b.cancelledAt, 0) - timeOf(a.cancelledAt, 0),
}

export function byTab<M extends Sortable>(messages: readonly M[], tab: Tab): M[] {
  return messages.filter((message) => tabOf(message) === tab).sort(order[tab])
}

/** A message that was missed never fired. */
function began({ firedAt, finishedAt, createdAt }: Sortable): number {
  return timeOf(firedAt ?? finishedAt ?? createdAt, 0)
}

function timeOf(instant: string | null | undefined, missing: number): number {
  return instant ? Date.parse(instant) : missing
}
