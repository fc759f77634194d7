import { instantOf } from './event-time.ts'
import { isOnItsWay, isOpen, type MessageKind, type MessageStatus } from './message.ts'
import { messageLabel } from './message-label.ts'
import { reminderOf, remindersFor, type SeededReminder } from './reminders.ts'
import { instantOfRule, type EventClock, type ScheduleRule } from './schedule-rule.ts'

/** What mails tell of an event; a message that is on its way keeps telling the old. */
export type EventWords = EventClock & { name: string; localEnd?: string | null; venue?: string | null }

/** The messages of an event, whatever their status, as far as an edit of the event looks at them. */
export type TiedMessage = {
  id: string
  kind: MessageKind
  reminderKey: string | null
  generation: number
  subject: string
  status: MessageStatus
  reopened: boolean
  sendAt: Date | null
  rule: ScheduleRule | null
  endReason: string | null
}

/** A message that an edit touches, in words for the host and instants for everybody. */
export type Touched = { messageId: string; label: string; oldSendAt: Date | null; newSendAt: Date | null }
export type Rearmed = Touched & { reminderKey: string; generation: number; rule: ScheduleRule; newSendAt: Date }

export type EventEditPlan = {
  /** Get a new time. A draft stays a draft; a reminder that an earlier move had cancelled is scheduled again. */
  moved: (Touched & { status: 'draft' | 'scheduled'; newSendAt: Date })[]
  /** Scheduled ones whose new time has passed: cancelled, with `pastAfterMove` as the reason. */
  cancelled: Touched[]
  /** Reminders that went out for the old date and are copied, as the next generation, for the new one. */
  rearmed: Rearmed[]
  /** Tell the old time or place, because they are on their way. */
  alreadySending: Touched[]
  /** At a time of the host's own that was before the event and is not any more. */
  nowAfterEvent: Touched[]
  /** And the other way round: a thank-you that would now go out before the event. */
  nowBeforeEvent: Touched[]
  /** Reminders that would have been late when the event was made, and no longer are. */
  added: SeededReminder[]
}

/** The `end_reason` of a message whose time had passed when the event was moved. A later move may bring it back; a host's own cancel stays. */
export const pastAfterMove = 'past_after_move'

/** A reminder that went out is only repeated for a time that is well ahead, so that nobody gets it twice in a day. */
const rearmAheadMs = 24 * 3_600_000

/**
 * Decides what an edit of an event does to its messages. Rules follow the event; times of the host's own stay and are pointed out.
 * Nothing is ever scheduled for the past, and the same edit twice does nothing the second time.
 */
export function planEventEdit(
  event: EventWords,
  change: Partial<EventWords>,
  messages: readonly TiedMessage[],
  now: Date,
): EventEditPlan {
  const edit: Edit = { before: event, after: { ...event, ...definedOnly(change) }, now }
  const [startedAt, startsAt] = [startOf(edit.before), startOf(edit.after)]
  const fixed = messages.filter(({ status, rule }) => isOpen(status) && rule === null)
  return {
    ...followed(edit, messages),
    rearmed: rearmed(edit, messages),
    alreadySending: tellsAnother(edit) ? messages.filter(isOnItsWay).map(untouched) : [],
    nowAfterEvent: fixed.filter(({ sendAt }) => sendAt && sendAt < startedAt && sendAt >= startsAt).map(untouched),
    nowBeforeEvent: fixed.filter(({ sendAt }) => sendAt && sendAt >= startedAt && sendAt < startsAt).map(untouched),
    added: startedAt.getTime() === startsAt.getTime() ? [] : added(edit, messages),
  }
}

type Edit = { before: EventWords; after: EventWords; now: Date }

/** Messages with a rule go where the rule points now. */
function followed(edit: Edit, messages: readonly TiedMessage[]): Pick<EventEditPlan, 'moved' | 'cancelled'> {
  const moved: EventEditPlan['moved'] = []
  const cancelled: EventEditPlan['cancelled'] = []
  for (const message of messages) {
    if (!message.rule || !follows(message, messages)) continue
    const newSendAt = instantOfRule(message.rule, edit.after)
    const fate = fateOf(message, newSendAt, edit)
    const touched = { ...untouched(message), newSendAt }
    if (fate === 'moves') moved.push({ ...touched, status: message.status === 'draft' ? 'draft' : 'scheduled' })
    if (fate === 'lapses') cancelled.push(touched)
  }
  return { moved, cancelled }
}

function fateOf({ status, sendAt }: TiedMessage, newSendAt: Date, edit: Edit): 'stays' | 'moves' | 'lapses' {
  const same = newSendAt.getTime() === sendAt?.getTime()
  if (status === 'draft') return same ? 'stays' : 'moves'
  if (status === 'cancelled') return isUseful(newSendAt, edit) ? 'moves' : 'stays'
  // What is due this second is left to go out, unless the event has moved to before it.
  if (same) return newSendAt < startOf(edit.after) ? 'stays' : 'lapses'
  return isUseful(newSendAt, edit) ? 'moves' : 'lapses'
}

/** Whether an edit may move this message at all. What a host cancelled never returns. */
function follows(message: TiedMessage, messages: readonly TiedMessage[]): boolean {
  const comesBack = message.status === 'cancelled' && message.endReason === pastAfterMove
  return isOpen(message.status) || (comesBack && isLatest(message, messages))
}

/**
 * Reminders that are over and whose time is ahead again. One that failed is repeated as one that was sent: the guests do not know
 * the new date either. Only the latest generation counts, so a reminder is re-armed once per move and not once per edit.
 */
function rearmed(edit: Edit, messages: readonly TiedMessage[]): Rearmed[] {
  return messages.flatMap((message) => {
    const { reminderKey, generation, status } = message
    // A reminder that was sent by hand has let go of its rule, but what it reminds of moves all the same.
    const rule = message.rule ?? reminderOf(reminderKey)?.rule
    if (!rule || reminderKey === null || !(status === 'sent' || status === 'failed')) return []
    const newSendAt = instantOfRule(rule, edit.after)
    const stayed = newSendAt.getTime() === instantOfRule(rule, edit.before).getTime()
    if (stayed || !isLatest(message, messages) || !isUseful(newSendAt, edit)) return []
    if (newSendAt.getTime() <= edit.now.getTime() + rearmAheadMs) return []
    return [{ ...untouched(message), reminderKey, generation: generation + 1, rule, newSendAt }]
  })
}

function added(edit: Edit, messages: readonly TiedMessage[]): SeededReminder[] {
  const known = new Set(messages.map((message) => message.reminderKey))
  return remindersFor(edit.after, edit.now).filter((reminder) => !known.has(reminder.reminderKey))
}

/** Still to come, and before the event: "before" is what a rule says. */
function isUseful(sendAt: Date, { after, now }: Edit): boolean {
  return sendAt > now && sendAt < startOf(after)
}

function isLatest({ reminderKey, generation }: TiedMessage, messages: readonly TiedMessage[]): boolean {
  return reminderKey === null || !messages.some((m) => m.reminderKey === reminderKey && m.generation > generation)
}

function tellsAnother({ before, after }: Edit): boolean {
  const words = ['name', 'localStart', 'localEnd', 'timezone', 'venue'] as const
  return words.some((word) => (before[word] ?? null) !== (after[word] ?? null))
}

function startOf(event: EventClock): Date {
  return instantOf(event.localStart, event.timezone)
}

function untouched(message: TiedMessage): Touched {
  return { messageId: message.id, label: messageLabel(message), oldSendAt: message.sendAt, newSendAt: message.sendAt }
}

function definedOnly(change: Partial<EventWords>): Partial<EventWords> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
}
