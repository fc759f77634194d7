import { planSecondTry } from '../../api/domain/plan-second-try.ts'
import type { Db } from '../../api/storage/database.ts'
import { lockMessage } from '../../api/storage/message-edits.ts'
import { announceDue } from '../../api/storage/messages.ts'
import type { OperatorMessage } from '../../api/storage/operator-messages.ts'
import type { Chosen, SecondTries } from '../../api/storage/second-tries.ts'
import { refused, type Answer } from './command.ts'

/** The lock, the plan and the wake-up that every second try needs; `queue` says who is tried again. */
export async function tryAgain(
  db: Db,
  { id, eventId, provider }: OperatorMessage,
  guests: Chosen,
  queue: (db: Db, tries: SecondTries) => Promise<number>,
): Promise<{ kind: 'queued'; queued: number } | Answer> {
  const locked = await lockMessage(db, { eventId, messageId: id })
  if (!locked) return refused(`There is no message ${id} any more.`)
  const plan = planSecondTry(locked.message, locked.event, new Date())
  if (plan.kind === 'refused') return refused(`${plan.refusal.title}: ${plan.refusal.detail}`)
  const { expiresAt } = plan
  const queued = await queue(db, { message: locked.message, guests, expiresAt, provider: provider ?? undefined })
  if (queued > 0) await announceDue(db)
  return { kind: 'queued', queued }
}
