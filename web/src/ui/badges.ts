import {
  Ban,
  Check,
  CircleAlert,
  CirclePause,
  CircleQuestionMark,
  Clock,
  Globe,
  Hourglass,
  MailOpen,
  Minus,
  MousePointerClick,
  PencilLine,
  Send,
  TriangleAlert,
  Undo2,
  X,
} from '@lucide/vue'
import type { Component } from 'vue'
import type { Event } from '../../../api/contract/event.ts'
import type { Guest } from '../../../api/contract/guest.ts'
import type { Delivery } from '../../../api/contract/delivery.ts'
import type { Message } from '../../../api/contract/message.ts'

export type Tone = 'neutral' | 'accent' | 'solid' | 'good' | 'warn' | 'bad' | 'dashed'
export type Look = { label: string; tone: Tone; icon: Component | 'live' }

/** One word, one tone and one icon for each status; colour never speaks alone. */
export const messageLooks: Record<Message['status'], Look> = {
  draft: { label: 'Draft', tone: 'dashed', icon: PencilLine },
  scheduled: { label: 'Scheduled', tone: 'accent', icon: Clock },
  sending: { label: 'Sending', tone: 'solid', icon: 'live' },
  sent: { label: 'Sent', tone: 'good', icon: Check },
  cancelled: { label: 'Cancelled', tone: 'neutral', icon: Ban },
  failed: { label: 'Failed', tone: 'bad', icon: TriangleAlert },
}

/** A message that is over, and goes on for guests who are tried again. */
const goesOnLook: Look = { label: 'Trying again', tone: 'solid', icon: 'live' }

/** On its way, and yet nothing of it leaves. */
const stoppedLook: Look = { label: 'Stopped', tone: 'warn', icon: CirclePause }
const waitingLook: Look = { label: 'Waiting', tone: 'warn', icon: Hourglass }

export function lookOf(message: Pick<Message, 'status' | 'reopened' | 'pausedAt' | 'waitsFor'>): Look {
  const isOnItsWay = message.status === 'sending' || message.reopened
  if (isOnItsWay && message.waitsFor) return waitingLook
  if (isOnItsWay && message.pausedAt) return stoppedLook
  return message.reopened ? goesOnLook : messageLooks[message.status]
}

export const deliveryLooks: Record<Delivery['status'], Look> = {
  queued: { label: 'Queued', tone: 'neutral', icon: Hourglass },
  delayed: { label: 'Delayed', tone: 'neutral', icon: Clock },
  sent: { label: 'Sent', tone: 'accent', icon: Send },
  delivered: { label: 'Delivered', tone: 'good', icon: Check },
  opened: { label: 'Opened', tone: 'good', icon: MailOpen },
  clicked: { label: 'Clicked', tone: 'good', icon: MousePointerClick },
  bounced: { label: 'Bounced', tone: 'bad', icon: Undo2 },
  complained: { label: 'Complained', tone: 'bad', icon: CircleAlert },
  failed: { label: 'Failed', tone: 'bad', icon: TriangleAlert },
  unknown: { label: 'Unknown', tone: 'warn', icon: CircleQuestionMark },
  skipped: { label: 'Skipped', tone: 'neutral', icon: Minus },
  cancelled: { label: 'Cancelled', tone: 'neutral', icon: Ban },
}

/** Declining is not an error: no red. */
export const answerLooks: Record<Guest['rsvpStatus'], Look> = {
  attending: { label: 'Attending', tone: 'good', icon: Check },
  maybe: { label: 'Maybe', tone: 'warn', icon: CircleQuestionMark },
  pending: { label: 'Pending', tone: 'neutral', icon: Hourglass },
  declined: { label: 'Declined', tone: 'neutral', icon: X },
}

export const eventLooks: Record<Event['status'], Look> = {
  published: { label: 'Published', tone: 'good', icon: Globe },
  draft: { label: 'Draft', tone: 'dashed', icon: PencilLine },
  cancelled: { label: 'Cancelled', tone: 'neutral', icon: Ban },
}
