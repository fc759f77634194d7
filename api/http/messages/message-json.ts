import type { Counts, Message, Rule } from '../../contract/message.ts'
import { statusesOf, type AudienceKey } from '../../domain/audiences.ts'
import { endReasonInWords } from '../../domain/end-reason.ts'
import { messageLabel } from '../../domain/message-label.ts'
import { isOpen, isTransactional } from '../../domain/message.ts'
import { countEveryAudience, type MailsFor } from '../../storage/audience-counts.ts'
import type { Db } from '../../storage/database.ts'
import type { MessageSums } from '../../storage/message-counts.ts'
import type { MessageRow } from '../../storage/messages.ts'
import { instant } from '../instant.ts'

type Row = MessageRow & MessageSums

/** Messages as people see them. Those that have not fired tell how many guests they would reach now, counted once for all. */
export async function messagesJson(
  db: Db,
  event: { id: string; hostId: string },
  rows: readonly Row[],
): Promise<Message[]> {
  const waiting = rows.filter(({ status }) => isOpen(status))
  const counters = await Promise.all(
    [false, true].map((transactional) =>
      waiting.some((row) => isTransactional(row.kind) === transactional)
        ? countEveryAudience(db, { eventId: event.id, hostId: event.hostId, transactional })
        : nobody,
    ),
  )
  return rows.map((row) => messageJson(row, isOpen(row.status) ? liveCount(row, counters) : (row.total ?? sumOf(row))))
}

const nobody: MailsFor = () => 0

function liveCount(row: Row, counters: readonly MailsFor[]): number {
  const isToOne = row.guestId !== null || row.recipient !== null
  const mailsFor = counters[isTransactional(row.kind) ? 1 : 0]!
  return isToOne ? 1 : mailsFor(statusesOf(row.audience as AudienceKey[]))
}

function messageJson(row: Row, recipients: number): Message {
  const { id, eventId, kind, status, audience, channel, subject, body, onAmbiguous } = row
  const { provider, pauseReason, reopened, version } = row
  return {
    ...{ id, eventId, kind, status, audience, channel, subject, body, onAmbiguous },
    ...{ provider, pauseReason, reopened, version },
    label: messageLabel(row),
    rule: row.rule as Rule | null,
    counts: countsOf(row),
    recipients,
    endReason: endReasonInWords(row.endReason),
    undoUntil: row.sentNow && status === 'scheduled' ? instant(row.sendAt) : null,
    sendAt: instant(row.sendAt),
    pausedAt: instant(row.pausedAt),
    firedAt: instant(row.firedAt),
    finishedAt: instant(row.finishedAt),
    cancelledAt: instant(row.cancelledAt),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}

/** `sent` is what a provider has accepted; the facts after it are counted inside of it. */
function countsOf(row: Row): Counts {
  const { queued, failed, unknown, skipped, cancelled, delivered, opened, openedMachine } = row
  const { clicked, clickedMachine, bounced, complained, unsubscribed } = row
  return {
    total: sumOf(row),
    ...{ queued, sent: row.accepted, failed, unknown, skipped, cancelled, delivered, opened, openedMachine },
    ...{ clicked, clickedMachine, bounced, complained, unsubscribed },
  }
}

function sumOf({ queued, accepted, failed, unknown, skipped, cancelled }: Row): number {
  return queued + accepted + failed + unknown + skipped + cancelled
}
