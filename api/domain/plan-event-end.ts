import { isOnItsWay, isOpen, type MessageKind, type MessageStatus } from './message.ts'
import { messageLabel } from './message-label.ts'
import { refusals } from './refusals.ts'
import { refused, type Refused } from './refusals/refusal.ts'

type EndingMessage = {
  id: string
  kind: MessageKind
  reminderKey: string | null
  subject: string
  status: MessageStatus
  reopened: boolean
}

/** The `end_reason` of a message that its event took along. */
export const eventCancelled = 'event_cancelled'

export type EventCancelPlan = {
  /** Drafts and scheduled messages: none of them goes out any more. */
  cancel: string[]
  /** On their way: what is not on the wire yet is discarded. */
  stop: string[]
}

/** What cancelling an event does to its messages. A notice stays, because it is how guests learn of it. */
export function planEventCancel(messages: readonly EndingMessage[]): EventCancelPlan {
  const mute = messages.filter((message) => message.kind !== 'notice')
  const idsOf = (chosen: readonly EndingMessage[]) => chosen.map(({ id }) => id)
  return { cancel: idsOf(mute.filter(({ status }) => isOpen(status))), stop: idsOf(mute.filter(isOnItsWay)) }
}

/** An event is not deleted while mails of it are on their way: nobody could say any more who got them. */
export function planEventDelete(messages: readonly EndingMessage[]): { kind: 'planned' } | Refused {
  const sending = messages.find(isOnItsWay)
  return sending ? refused(refusals.eventSending, { label: messageLabel(sending) }) : { kind: 'planned' }
}
