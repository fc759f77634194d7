/** The walk of a message. Being paused is beside it, not in it. */
export const messageStatuses = ['draft', 'scheduled', 'sending', 'sent', 'cancelled', 'failed'] as const
export type MessageStatus = (typeof messageStatuses)[number]

const after: Record<MessageStatus, readonly MessageStatus[]> = {
  draft: ['scheduled', 'cancelled'],
  scheduled: ['draft', 'sending', 'cancelled', 'failed'],
  sending: ['sent', 'cancelled', 'failed'],
  sent: [],
  cancelled: ['scheduled'], // only a reminder that an event's move had put into the past, when a later move brings it back
  failed: ['scheduled', 'sent'], // scheduled: one that was missed, sent anyway; sent: its guests were tried again, with success
}

export function mayBecome(from: MessageStatus, to: MessageStatus): boolean {
  return after[from].includes(to)
}

/** The statuses that a message may have just before it becomes `status`; updates are guarded with them. */
export function statusesBefore(status: MessageStatus): MessageStatus[] {
  return messageStatuses.filter((from) => mayBecome(from, status))
}

/** What a host may still edit, send or cancel. */
export const openStatuses = ['draft', 'scheduled'] as const satisfies readonly MessageStatus[]

export function isOpen(status: MessageStatus): boolean {
  return status === 'draft' || status === 'scheduled'
}

/** Being sent, or reopened: it is over but goes on for those guests that a host tries again, and keeps its status meanwhile. */
export function isOnItsWay({ status, reopened }: { status: MessageStatus; reopened: boolean }): boolean {
  return status === 'sending' || reopened
}

/** It was found too late to go out by itself. A host may send it anyway. */
export function isMissed({ status, endReason }: { status: MessageStatus; endReason: string | null }): boolean {
  return status === 'failed' && endReason === 'missed'
}

export const messageKinds = ['broadcast', 'reminder', 'notice', 'resend', 'confirmation', 'test'] as const
export type MessageKind = (typeof messageKinds)[number]

/** What a host can write. The others are made by the event, by a guest's answer, or from another message. */
export const writableKinds = ['broadcast', 'notice'] as const satisfies readonly MessageKind[]

/** The three sub-tabs of the Communications tab. Each status is in exactly one. */
export const tabs = {
  scheduled: ['draft', 'scheduled'],
  sent: ['sending', 'sent', 'failed'],
  cancelled: ['cancelled'],
} as const satisfies Record<string, readonly MessageStatus[]>
export type Tab = keyof typeof tabs

/** Only e-mail has a provider so far; the others are shown as not configured. */
export const channels = ['email', 'sms', 'whatsapp'] as const
export type Channel = (typeof channels)[number]

export const ambiguityPolicies = ['resend', 'hold'] as const
export type AmbiguityPolicy = (typeof ambiguityPolicies)[number]

/** 0 goes first. What a guest or host waits for, and what is useless an hour later, never queues behind a broadcast. */
export const priorityOf: Record<MessageKind, number> = {
  confirmation: 0,
  test: 0,
  notice: 0,
  reminder: 2,
  broadcast: 3,
  resend: 3,
}

/** Between what somebody waits for and what has days: a reminder of an event that is about to begin. */
export const urgentReminder = 1

/** RFC 8058 unsubscribing and suppression by choice do not apply to these: the guest asked for them or must know. */
export const transactionalKinds: readonly MessageKind[] = ['notice', 'confirmation', 'test']

export function isTransactional(kind: MessageKind): boolean {
  return transactionalKinds.includes(kind)
}

/** These go to one person each. They are not in the lists, limits and plans of an event: thousands of them would bury what the host wrote. */
export const personalKinds = ['confirmation', 'test'] as const satisfies readonly MessageKind[]
