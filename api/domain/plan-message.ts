import { readAudience, type AudienceKey } from './audiences.ts'
import type { EventStatus } from './event-status.ts'
import { instantOf, isTooFar } from './event-time.ts'
import { isOpen, type Channel, type MessageKind, type MessageStatus } from './message.ts'
import { isOneNoticeTooMany } from './notice-limit.ts'
import { refusals } from './refusals.ts'
import { openMessagesMax } from './refusals/message-limit-reached.ts'
import { refused, type Refused } from './refusals/refusal.ts'
import type { UnknownPlaceholder } from './refusals/unknown-placeholder.ts'
import { instantOfRule, type EventClock, type ScheduleRule } from './schedule-rule.ts'
import { undoWindowFor } from './undo-window.ts'

export const sendModes = ['draft', 'schedule', 'send_now'] as const
export type SendMode = (typeof sendModes)[number]

/** What a host asks for. Of an edit, the fields that it does not mention are filled in from the message as it stands. */
export type MessageDraft = {
  /** An edit that does not say keeps a scheduled message scheduled and a draft a draft. */
  mode?: SendMode
  kind: MessageKind
  audience: string | readonly string[]
  channel: Channel
  subject: string
  body: string
  /** Undefined keeps the time of the message as it stands; null takes it away. */
  sendAt?: Date | null
  rule?: ScheduleRule | null
}

export type PlannedEvent = EventClock & { status: EventStatus }

export type Timing = { sendAt: Date | null; rule: ScheduleRule | null }

/** What the decision needs to know beyond the draft; the route asks for it before. */
export type PlanContext = {
  /** The message as it stands, for an edit and for sending what is already written. */
  current?: Timing & {
    status: MessageStatus
    /** It never went out because it was found too late; it may be sent anyway, and nothing else. */
    missed?: boolean
    /** Waiting for the end of the undo window. `before` is the time it had until then, for taking the send-now back. */
    sentNow: boolean
    before?: Timing
  }
  configuredChannels: readonly Channel[]
  /** Found by those who know the placeholders. */
  unknownPlaceholder?: UnknownPlaceholder
  recipientCount: number
  undoWindowMs: number
  /** Drafts and scheduled messages of the event. */
  openMessages: number
  /** The operator's limit over all events of the host; 0 is no limit. */
  weekly?: { used: number; limit: number }
  /** Of a notice: when the other notices of the event went out, or will. */
  otherNotices?: readonly Date[]
}

export type MessagePlan = Timing & {
  kind: 'planned'
  status: 'draft' | 'scheduled'
  audience: AudienceKey[]
  sentNow: boolean
}

/** Decides what becomes of a message that is written, edited or sent. An audience of nobody is the host's own business. */
export function planMessage(
  draft: MessageDraft,
  event: PlannedEvent,
  now: Date,
  context: PlanContext,
): MessagePlan | Refused {
  const { current } = context
  const sendsAnyway = current?.missed === true && draft.mode === 'send_now'
  if (current && !isOpen(current.status) && !sendsAnyway) {
    return refused(refusals.messageNotOpen, { status: current.status })
  }
  if (event.status === 'cancelled' && draft.kind !== 'notice') return refused(refusals.eventCancelled)
  if (!current && context.openMessages >= openMessagesMax) return refused(refusals.messageLimitReached)

  const audience = readAudience(draft.audience)
  if (!audience.ok) return refused(refusals.audienceUnknown, audience)
  if (!context.configuredChannels.includes(draft.channel)) return refused(refusals.channelNotConfigured, draft)
  if (context.unknownPlaceholder) return refused(refusals.unknownPlaceholder, context.unknownPlaceholder)
  if (draft.sendAt && draft.rule) return refused(refusals.sendAtTwice)
  if (isTooFar(draft.sendAt, current?.sendAt, now)) return refused(refusals.sendAtTooFar)

  const mode = draft.mode ?? (current?.status === 'scheduled' ? 'schedule' : 'draft')
  const refusal = mode === 'draft' ? undefined : refuseUnready(draft, event, now, context)
  const plan = refusal ?? planOf[mode]({ draft, event, now, context, audience: audience.value })
  const goesAt = plan.kind === 'planned' && plan.status === 'scheduled' ? plan.sendAt : null
  if (goesAt && context.otherNotices && isOneNoticeTooMany(goesAt, context.otherNotices)) {
    return refused(refusals.noticeLimitReached)
  }
  return plan
}

type Case = { draft: MessageDraft; event: PlannedEvent; now: Date; context: PlanContext; audience: AudienceKey[] }

const planOf: Record<SendMode, (c: Case) => MessagePlan | Refused> = {
  draft: planDraft,
  schedule: planSchedule,
  send_now: planSendNow,
}

/** What must be right before anything is promised to go out. */
function refuseUnready(draft: MessageDraft, event: PlannedEvent, now: Date, context: PlanContext): Refused | undefined {
  if (draft.subject.trim() === '') return refused(refusals.subjectEmpty)
  if (draft.body.trim() === '') return refused(refusals.bodyEmpty)
  if (draft.kind === 'reminder' && instantOf(event.localStart, event.timezone) <= now)
    return refused(refusals.eventOver)
  const { weekly, recipientCount: wanted } = context
  if (weekly && weekly.limit > 0 && weekly.used + wanted > weekly.limit) {
    return refused(refusals.weeklyLimitReached, { ...weekly, wanted })
  }
  return undefined
}

/** A draft keeps its time, or has none yet. */
function planDraft({ draft, event, context, audience }: Case): MessagePlan {
  return { kind: 'planned', status: 'draft', audience, sentNow: false, ...timing(draft, event, context) }
}

function planSchedule({ draft, event, now, context, audience }: Case): MessagePlan | Refused {
  const { sendAt, rule } = timing(draft, event, context)
  if (sendAt === null) return refused(refusals.sendAtMissing)

  // A due message waits for the next poll; correcting its text meanwhile is not choosing a time that has passed.
  const unchanged = context.current?.status === 'scheduled' && context.current.sendAt?.getTime() === sendAt.getTime()
  if (sendAt <= now && !unchanged) return refused(refusals.sendAtPast)
  if (rule && sendAt >= instantOf(event.localStart, event.timezone)) return refused(refusals.ruleAfterStart)
  const sentNow = unchanged && context.current?.sentNow === true
  return { kind: 'planned', status: 'scheduled', audience, sentNow, sendAt, rule }
}

/** Sending now unties the message from the event, so that no edit of the event moves it. Asking twice does not put it off. */
function planSendNow({ event, now, context, audience }: Case): MessagePlan | Refused {
  if (event.status === 'draft') return refused(refusals.eventDraft)
  const { current, recipientCount, undoWindowMs } = context
  const afterUndo = new Date(now.getTime() + undoWindowFor(recipientCount, undoWindowMs))
  const promised = current?.status === 'scheduled' ? current.sendAt : null
  const sendAt = promised !== null && promised < afterUndo ? promised : afterUndo
  return { kind: 'planned', status: 'scheduled', audience, sentNow: true, sendAt, rule: null }
}

/**
 * A new time replaces the old one whole, so that a message never has both a date and a rule. A mode without a time, said of a
 * message that is being sent now, takes that back: the message has the time that it had before.
 */
function timing(draft: MessageDraft, event: EventClock, { current }: PlanContext): Timing {
  const says = draft.sendAt !== undefined || draft.rule !== undefined
  const kept = current?.sentNow && draft.mode !== undefined ? current.before : current
  const rule = (says ? draft.rule : kept?.rule) ?? null
  const sendAt = (says ? draft.sendAt : kept?.sendAt) ?? null
  return { rule, sendAt: rule ? instantOfRule(rule, event) : sendAt }
}
