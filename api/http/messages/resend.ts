import type { ResendHint } from '../../contract/message.ts'
import type { ResendState } from '../../contract/resend.ts'
import type { FrozenContent } from '../../domain/content.ts'
import type { FrequencyCap } from '../../domain/frequency-cap.ts'
import { opensAreKnown, planResend, resendableFrom, type Original, type ResendEvent } from '../../domain/plan-resend.ts'
import { refusals } from '../../domain/refusals.ts'
import { refused, type Refused } from '../../domain/refusals/refusal.ts'
import type { EventAccess } from '../../storage/access.ts'
import { audienceOf, countAudience } from '../../storage/audience.ts'
import type { Db } from '../../storage/database.ts'
import { getMessageWithSums, type SummedMessage } from '../../storage/message-list.ts'
import { createMessage, type MessageKey } from '../../storage/messages.ts'
import { findResend } from '../../storage/resends.ts'
import type { Deps } from '../deps.ts'
import { planWriting } from './plan.ts'
import { withLocked, written, type Editing, type Written } from './write.ts'

/**
 * Makes a second message of one that went out, for those who have not opened it. It says what the first one said, but for the subject if the
 * host likes, and waits for the undo window like everything that is sent now. Refused, it has written nothing.
 */
export function resendMessage(deps: Deps, editing: Editing, asked: { subject?: string }): Promise<Written | Refused> {
  return withLocked(deps, editing, async (tx, { event, message: original }) => {
    const row = await getMessageWithSums(tx, editing.key)
    if (!row) return refused(refusals.notFound)
    const may = planResend(await originalOf(tx, row), event, await countUnopened(tx, row, event.hostId), deps.now())
    if (may.kind === 'refused') return may

    const { audience, channel, onAmbiguous } = original
    const { subject, body } = original.content as unknown as FrozenContent
    const words = { audience, channel, onAmbiguous, body, subject: asked.subject ?? subject }
    const resend = { kind: 'resend', resendOf: original.id } as const
    const change = { ...words, kind: resend.kind, mode: 'send_now' } as const
    const plan = await planWriting(deps, tx, { event, change, resendOf: original.id })
    if (plan.kind === 'refused') return plan
    const { eventId } = original
    return written(deps, tx, await createMessage(tx, { ...plan.edit, ...resend, eventId, createdBy: editing.userId }))
  })
}

/** What the host is asked before: whether it is possible, and how many mails it would be now. Undefined when there is no such message. */
export async function resendStateOf(deps: Deps, event: EventAccess, key: MessageKey): Promise<ResendState | undefined> {
  const { db } = deps.database
  const row = await getMessageWithSums(db, key)
  if (!row) return undefined
  const unread = await countUnopened(db, row, event.hostId)
  const { refusal, ...hint } = await judged(db, { row, event, unread, now: deps.now() })
  const { frequencyCap } = deps.config
  // Mails of today do not stand in the way of one that may go tomorrow.
  const isTime = row.firedAt !== null && resendableFrom(row.firedAt) <= deps.now()
  const count = frequencyCap && isTime ? await countUnopened(db, row, event.hostId, frequencyCap) : unread
  return { ...hint, reasonType: refusal?.type ?? null, count, opensKnown: opensAreKnown(row) }
}

/** The same for whoever reads one message, by its counters alone; null before it has gone out. */
export async function resendHintOf(deps: Deps, event: EventAccess, row: SummedMessage): Promise<ResendHint | null> {
  if (row.firedAt === null) return null
  const unread = row.accepted - row.opened
  const { refusal: _, ...hint } = await judged(deps.database.db, { row, event, unread, now: deps.now() })
  return hint
}

type Question = { row: SummedMessage; event: ResendEvent; unread: number; now: Date }

async function judged(db: Db, { row, event, unread, now }: Question) {
  const original = await originalOf(db, row)
  const may = planResend(original, event, unread, now)
  const refusal = may.kind === 'refused' ? may.refusal : undefined
  return {
    refusal,
    allowed: refusal === undefined,
    reason: refusal?.detail ?? null,
    availableAt: row.firedAt && resendableFrom(row.firedAt).toISOString(),
    resentAs: original.resentAs,
  }
}

async function originalOf(db: Db, row: SummedMessage): Promise<Original> {
  const { kind, status, reopened, firedAt, accepted: sent, opened } = row
  return { kind, status, reopened, firedAt, sent, opened, resentAs: await findResend(db, row.id) }
}

/**
 * Mails that it would be: the audience of the first message as it is now, of those who got it and have not opened it. The cap decides how many
 * go, and not whether it is possible: that everybody has had enough today is not that everybody has read it.
 */
async function countUnopened(db: Db, { id, ...row }: SummedMessage, hostId: string, frequencyCap?: FrequencyCap) {
  if (row.firedAt === null) return 0
  const audience = audienceOf({ ...row, kind: 'resend', firedAt: null, resendOf: id }, hostId, { frequencyCap })
  return (await countAudience(db, audience)).count
}
