import type { Message, Rule } from '../../contract/message.ts'
import { statusesOf, type AudienceKey } from '../../domain/audiences.ts'
import { endReasonInWords } from '../../domain/end-reason.ts'
import { messageLabel } from '../../domain/message-label.ts'
import { pauseReasonInWords } from '../../domain/pause-reason.ts'
import { blockInWords } from '../../domain/account-block.ts'
import { isMissed, isOnItsWay, isOpen, isTransactional } from '../../domain/message.ts'
import { closedAccounts, type ClosedAccount } from '../../storage/account-blocks.ts'
import { audienceOf, countAudience } from '../../storage/audience.ts'
import { countEveryAudience, type MailsFor } from '../../storage/audience-counts.ts'
import type { Db } from '../../storage/database.ts'
import { countsOf } from '../../storage/message-counts.ts'
import type { SummedMessage } from '../../storage/message-list.ts'
import { instant } from '../instant.ts'

/** Messages as people see them. Those that have not fired tell how many guests they would reach now, counted once for all. */
export async function messagesJson(
  db: Db,
  event: { id: string; hostId: string },
  rows: readonly SummedMessage[],
): Promise<Message[]> {
  const waiting = rows.filter(isToCome)
  const counters = await Promise.all(
    [false, true].map((transactional) =>
      waiting.some((row) => isTransactional(row.kind) === transactional)
        ? countEveryAudience(db, { eventId: event.id, hostId: event.hostId, transactional })
        : nobody,
    ),
  )
  const again = await Promise.all(waiting.filter(isResend).map(async (row) => [row.id, await unopened(db, event, row)]))
  const resends = new Map(again as [string, number][])
  const closed = rows.some(isLeaving) ? await closedAccounts(db) : []
  return rows.map((row) => ({
    ...messageJson(
      row,
      isToCome(row) ? (resends.get(row.id) ?? liveCount(row, counters)) : (row.total ?? countsOf(row).total),
    ),
    waitsFor: isLeaving(row) ? waitOf(closed.find(({ provider }) => provider === row.provider)) : null,
  }))
}

function isLeaving(row: SummedMessage): boolean {
  return isOnItsWay(row) && row.pausedAt === null
}

function waitOf(account: ClosedAccount | undefined): Message['waitsFor'] {
  return account ? { reason: blockInWords(account.kind), until: account.until.toISOString() } : null
}

/** Whom it will reach is still to be seen; of a missed one, if it is sent anyway. */
function isToCome(row: SummedMessage): boolean {
  return isOpen(row.status) || isMissed(row)
}

const isResend = (row: SummedMessage) => row.resendOf !== null

/** There are few of these at a time, each for guests of its own. */
async function unopened(db: Db, event: { hostId: string }, row: SummedMessage): Promise<number> {
  return (await countAudience(db, audienceOf(row, event.hostId))).count
}

const nobody: MailsFor = () => 0

function liveCount(row: SummedMessage, counters: readonly MailsFor[]): number {
  const isToOne = row.guestId !== null || row.recipient !== null
  const mailsFor = counters[isTransactional(row.kind) ? 1 : 0]!
  return isToOne ? 1 : mailsFor(statusesOf(row.audience as AudienceKey[]))
}

function messageJson(row: SummedMessage, recipients: number): Omit<Message, 'waitsFor'> {
  const { id, eventId, kind, status, audience, channel, subject, body, onAmbiguous } = row
  const { provider, reopened, unresolved, version, resendOf } = row
  return {
    ...{ id, eventId, kind, status, audience, channel, subject, body, onAmbiguous },
    ...{ provider, reopened, unresolved, version, resendOf },
    pauseReason: pauseReasonInWords(row.pauseReason),
    pauseReply: row.pausedAt && row.pauseReply,
    missed: isMissed(row),
    label: messageLabel(row),
    rule: row.rule as Rule | null,
    counts: countsOf(row),
    recipients,
    endReason: reopened ? null : endReasonInWords(row.endReason),
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
