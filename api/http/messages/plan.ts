import { checkBody, checkTemplate } from '../../content/check-template.ts'
import type { MessageChange } from '../../contract/message.ts'
import { readAudience, statusesOf } from '../../domain/audiences.ts'
import { readBody, readSubject } from '../../domain/event-text.ts'
import { limitFor } from '../../domain/frequency-cap.ts'
import { channels, isMissed, isTransactional, type Channel, type MessageKind } from '../../domain/message.ts'
import { noticeDayMs } from '../../domain/notice-limit.ts'
import { planMessage, type MessageDraft, type PlanContext } from '../../domain/plan-message.ts'
import { refusals } from '../../domain/refusals.ts'
import { refused, type Refused } from '../../domain/refusals/refusal.ts'
import type { UnknownPlaceholder } from '../../domain/refusals/unknown-placeholder.ts'
import type { ScheduleRule } from '../../domain/schedule-rule.ts'
import { countAudience } from '../../storage/audience.ts'
import type { Db } from '../../storage/database.ts'
import { timeBeforeSendNow, type LockedEvent, type MessageEdit } from '../../storage/message-edits.ts'
import {
  countMailsOfHost,
  countOpenMessages,
  countPromisedMails,
  lockHost,
  noticeTimes,
} from '../../storage/message-limits.ts'
import type { MessageRow } from '../../storage/messages.ts'
import type { Deps } from '../deps.ts'

/** What the message becomes, with the words that are stored. */
export type Planned = { kind: 'planned'; edit: MessageEdit }

/** Weeks of `HOST_WEEKLY_LIMIT` slide: a limit that restarted on Mondays would invite mails at midnight. */
const weekMs = 7 * 24 * 3_600_000

/** All but e-mail are waiting for their first provider. */
export const configuredChannels: readonly Channel[] = channels.filter((channel) => channel === 'email')

/**
 * Decides what becomes of a new message or of an edit; of an edit, what it does not mention stays. It reads what the decision
 * needs, and the caller holds the event's lock, so that what it read is still true when the answer is stored.
 */
export async function planWriting(
  deps: Deps,
  tx: Db,
  {
    event,
    current,
    change,
    resendOf = current?.resendOf,
  }: {
    event: LockedEvent
    current?: MessageRow
    change: MessageChange & { kind?: MessageKind }
    resendOf?: string | null
  },
): Promise<Planned | Refused> {
  const subject = readSubject(change.subject ?? current?.subject ?? '')
  if (!subject.ok) return refused(refusals.fieldInvalid, { field: 'subject', ...subject })
  const body = readBody(change.body ?? current?.body ?? '')
  if (!body.ok) return refused(refusals.fieldInvalid, { field: 'body', ...body })

  const sendAt = typeof change.sendAt === 'string' ? new Date(change.sendAt) : change.sendAt
  if (sendAt && Number.isNaN(sendAt.getTime())) return refused(refusals.fieldInvalid, noInstant)

  const draft: MessageDraft = {
    mode: change.mode,
    kind: current?.kind ?? change.kind ?? 'broadcast',
    audience: change.audience ?? current?.audience ?? [],
    channel: change.channel ?? current?.channel ?? 'email',
    subject: subject.value,
    body: body.value,
    sendAt,
    rule: change.rule,
  }
  const plan = planMessage(draft, event, deps.now(), await contextOf(deps, tx, { event, draft, current, resendOf }))
  if (plan.kind === 'refused') return plan
  const { kind, ...when } = plan
  const onAmbiguous = change.onAmbiguous ?? current?.onAmbiguous
  const words = { channel: draft.channel, subject: draft.subject, body: draft.body }
  return { kind, edit: { ...words, ...when, ...(onAmbiguous && { onAmbiguous }) } }
}

/** RFC 3339 allows a leap second and RFC 9557 a suffix; no clock of ours shows the one or reads the other. */
export const noInstant = { field: 'sendAt', problem: 'Write the time as an instant such as 2027-03-14T22:00:00Z.' }

type Wish = { event: LockedEvent; draft: MessageDraft; current?: MessageRow; resendOf?: string | null }

async function contextOf(deps: Deps, tx: Db, { event, draft, current, resendOf }: Wish): Promise<PlanContext> {
  const { undoWindowMs, hostWeeklyLimit: limit } = deps.config
  const leaves = draft.mode !== 'draft'
  const ago = (ms: number) => new Date(deps.now().getTime() - ms)
  return {
    current: current && (await standing(tx, current)),
    configuredChannels,
    unknownPlaceholder: unknownPlaceholderIn(draft),
    recipientCount: leaves ? await countRecipients(deps, tx, { event, draft, resendOf }) : 0,
    undoWindowMs,
    openMessages: await countOpenMessages(tx, event.id),
    weekly:
      leaves && limit > 0
        ? { used: await mailsOfWeek(tx, event.hostId, { since: ago(weekMs), except: current?.id }), limit }
        : undefined,
    otherNotices:
      leaves && draft.kind === 'notice'
        ? await noticeTimes(tx, { eventId: event.id, except: current?.id, since: ago(noticeDayMs) })
        : undefined,
  }
}

/** What has left, and what is promised: two messages within one undo window share what is left of the week. */
async function mailsOfWeek(tx: Db, hostId: string, { since, except }: { since: Date; except?: string }) {
  await lockHost(tx, hostId)
  return (await countMailsOfHost(tx, hostId, since)) + (await countPromisedMails(tx, { hostId, except }))
}

/** The message as it stands; of one that is being sent now also the time it had before, for taking that back. */
async function standing(tx: Db, current: MessageRow): Promise<PlanContext['current']> {
  const { id, status, sentNow, sendAt, rule } = current
  const before = sentNow ? await timeBeforeSendNow(tx, id) : undefined
  return { status, sentNow, missed: isMissed(current), ...timing({ sendAt, rule }), before: before && timing(before) }
}

function timing({ sendAt, rule }: Pick<MessageRow, 'sendAt' | 'rule'>) {
  return { sendAt, rule: rule as ScheduleRule | null }
}

/** The cap is asked of what leaves now. Whom it will leave out of a later message is still to be seen, and as many as all of them may get it. */
async function countRecipients(
  { config }: Deps,
  tx: Db,
  { event, draft: { audience, kind, mode }, resendOf: unopenedOf }: Wish,
): Promise<number> {
  const keys = readAudience(audience)
  if (!keys.ok) return 0
  const { id: eventId, hostId } = event
  const whom = { eventId, hostId, statuses: statusesOf(keys.value), unopenedOf, transactional: isTransactional(kind) }
  const limit = mode === 'send_now' ? limitFor(config.frequencyCap, kind) : undefined
  return (await countAudience(tx, { ...whom, ...(limit && { cap: { limit } }) })).count
}

/** The first thing between braces that is no placeholder, told by those who know the placeholders. */
export function unknownPlaceholderIn({
  subject,
  body,
}: {
  subject: string
  body: string
}): UnknownPlaceholder | undefined {
  const [inSubject] = checkTemplate(subject)
  if (inSubject) return { field: 'subject', problem: inSubject.message }
  const [inBody] = checkBody(body)
  return inBody && { field: 'body', problem: inBody.message }
}
