import { writeAudit, type AuditEntry } from '../../api/storage/audit.ts'
import { announceChanges } from '../../api/storage/changes.ts'
import { transact } from '../../api/storage/transact.ts'
import type { Database, Db } from '../../api/storage/database.ts'
import type { Answer, Call, Command, Done } from './command.ts'

/** Carries what was done in a dry run out of the transaction that is rolled back for it. */
class NotMeant extends Error {
  readonly done: Done
  constructor(done: Done) {
    super('a dry run')
    this.done = done
  }
}

/** Runs a command. One that writes does so in a single transaction with its audit row, which a dry run rolls back at the end. */
export async function perform(command: Command, call: Call & { db: Database['db'] }): Promise<Answer> {
  if (!command.writes) return command.run(call)
  const answer = await written(command, call)
  const isOver = answer.kind !== 'done' || call.dryRun || !command.afterwards
  return isOver ? answer : command.afterwards!(call, answer)
}

async function written(command: Command, call: Call & { db: Database['db'] }): Promise<Answer> {
  try {
    return await transact(call.db, async (tx) => {
      const answer = await command.run({ ...call, db: tx })
      if (answer.kind !== 'done') return answer
      if (call.dryRun) throw new NotMeant(answer)
      if (answer.audit) await tell(tx, answer.audit, call.by)
      return answer
    })
  } catch (error) {
    if (error instanceof NotMeant) return error.done
    throw error
  }
}

/** Who asks later reads it in the audit log; who watches the event sees it when the transaction commits, as after a host's own deed. */
async function tell(tx: Db, audit: AuditEntry, by: string): Promise<void> {
  await writeAudit(tx, { ...audit, detail: { by, ...audit.detail } })
  if (audit.eventId !== undefined) await announceChanges(tx, { events: [audit.eventId] })
}
