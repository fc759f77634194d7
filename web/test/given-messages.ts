import type { Delivery } from '../../api/contract/delivery.ts'
import type { Counts, Message } from '../../api/contract/message.ts'
import { eventId } from './given.ts'

export const messageId = '01900000-0000-7000-8000-0000000000a1'

const nothing: Counts = {
  total: 0,
  queued: 0,
  sent: 0,
  failed: 0,
  unknown: 0,
  skipped: 0,
  cancelled: 0,
  delivered: 0,
  opened: 0,
  openedMachine: 0,
  clicked: 0,
  clickedMachine: 0,
  bounced: 0,
  complained: 0,
  unsubscribed: 0,
}

export const counts = (change: Partial<Counts> = {}): Counts => ({ ...nothing, ...change })

/** A draft to those who come, a week before the event. */
export function message(change: Partial<Message> = {}): Message {
  return {
    id: messageId,
    eventId,
    kind: 'broadcast',
    label: 'Parking and what to bring',
    status: 'draft',
    audience: ['attending', 'maybe'],
    channel: 'email',
    subject: 'Parking and what to bring',
    body: 'Hello {{guest_name|there}}',
    sendAt: null,
    rule: null,
    onAmbiguous: 'resend',
    counts: counts(),
    recipients: 42,
    pausedAt: null,
    pauseReason: null,
    pauseReply: null,
    waitsFor: null,
    firedAt: null,
    finishedAt: null,
    cancelledAt: null,
    endReason: null,
    provider: null,
    undoUntil: null,
    reopened: false,
    unresolved: 0,
    missed: false,
    resendOf: null,
    version: 1,
    createdAt: '2027-03-01T00:00:00.000Z',
    updatedAt: '2027-03-01T00:00:00.000Z',
    ...change,
  }
}

export const reminder = (change: Partial<Message> = {}): Message =>
  message({
    kind: 'reminder',
    label: '1-day reminder',
    status: 'scheduled',
    sendAt: '2027-03-13T14:00:00.000Z',
    rule: { daysBefore: 1, localTime: '09:00' },
    ...change,
  })

export function delivery(change: Partial<Delivery> = {}): Delivery {
  return {
    guestId: 'guest-ada',
    guestName: 'Ada Brandt',
    address: 'ada@brandt.studio',
    status: 'delivered',
    reason: null,
    reply: null,
    provider: 'smtp',
    providerMessageId: null,
    attempts: 1,
    carriedBy: null,
    wiredAt: null,
    acceptedAt: null,
    deliveredAt: null,
    openedAt: null,
    clickedAt: null,
    openedMachineAt: null,
    clickedMachineAt: null,
    machineReason: null,
    bouncedAt: null,
    dueAt: null,
    timeline: [],
    leftAt: null,
    guestEmail: 'ada@brandt.studio',
    ...change,
  }
}

export const placeholders = [
  { token: 'guest_name', label: 'Guest name', example: 'Amina', fallback: 'there' },
  { token: 'event_date', label: 'Date', example: 'Sunday, 14 March 2027', fallback: null },
  { token: 'venue', label: 'Venue', example: 'Red Hook Boathouse', fallback: null },
]

export const audiences = [
  { key: 'everyone', label: 'Everyone', statuses: ['pending', 'attending', 'declined', 'maybe'] },
  { key: 'attending', label: 'Attending', statuses: ['attending'] },
  { key: 'maybe', label: 'Maybe', statuses: ['maybe'] },
]

export const channels = [
  { key: 'email', label: 'E-mail', configured: true, reason: null },
  { key: 'sms', label: 'SMS', configured: false, reason: 'Not set up here yet.' },
]
