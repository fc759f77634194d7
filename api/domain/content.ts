import type { MessageKind } from './message.ts'
import type { Mailbox } from './mail.ts'
import type { Tracking } from './tracking.ts'

export type Branding = {
  /** The event's own colour, `#rrggbb`. Texts on it are derived so that they can be read. */
  color?: string
  /** Signed under each mail; the host's name when missing. */
  senderName?: string
}

export type FrozenEvent = {
  id: string
  name: string
  /** Wall time, "2027-03-14T18:00", in `timezone`. */
  localStart: string
  localEnd?: string
  timezone: string
  startsAt: string
  endsAt?: string
  venue?: string
  description?: string
  /** The event was called off when the message fired: its mails do not ask for an answer. */
  cancelled?: true
  branding: Branding
}

/**
 * What every mail of a message is made of, copied when the message fires and stored with it.
 * Later edits of event, host or configuration do not reach a message that has fired.
 */
export type FrozenContent = {
  /** Raised when the layout changes, so that a message in flight is finished in the layout it began with. */
  layoutVersion: number
  kind: MessageKind
  subject: string
  body: string
  event: FrozenEvent
  host: { name: string; email: string }
  from: Mailbox
  publicUrl: string
  /** RFC 3339; the Date header of every mail of the message. */
  firedAt: string
  /** Missing: nothing is noted of whoever opens the mail, and every link is the host's own. */
  tracking?: Tracking
}

/** What is copied per guest when the message expands. */
export type DeliveryVariables = {
  name?: string
  linkVersion: number
  /** The other guests of the household that this one mail speaks for. */
  members?: { guestId: string; name?: string; linkVersion: number }[]
  /** The guest had answered when the message fired: the button then says "See your answer". */
  answered?: boolean
  /** Confirmations only: the answer that is confirmed. */
  answer?: { status: 'attending' | 'maybe' | 'declined'; partySize: number }
}
