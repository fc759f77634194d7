import type { ProviderCheck, ProviderTest } from '../../contract/operator/provider-test.ts'
import { findHold } from '../../storage/hold.ts'
import { createEvent } from '../../storage/events.ts'
import { announceDue, createMessage } from '../../storage/messages.ts'
import { aliveNotifiers } from '../../storage/notifiers.ts'
import { latestEventOf } from '../../storage/test-events.ts'
import { transact } from '../../storage/transact.ts'
import type { Person } from '../auth/session.ts'
import type { Deps } from '../deps.ts'

const dayMs = 86_400_000

/** A mail belongs to an event. For an operator who hosts none there is this one, a draft, which sends nothing else. */
const draftOfOperator = {
  ...{ name: 'Test of sending', timezone: 'UTC', localEnd: null, endsAt: null, venue: null, description: null },
  ...{ capacity: null, rsvpUntil: null, branding: {}, status: 'draft' as const },
}

/** Sends a real mail on the way of all mails, and says who will carry it. */
export async function sendTestMail(
  { database: { db }, now, provider }: Deps,
  person: Person,
  to: string,
): Promise<{ checks: ProviderCheck[]; mail: NonNullable<ProviderTest['mail']> }> {
  const at = now()
  const startsAt = new Date(at.getTime() + 365 * dayMs)
  const mail = await transact(db, async (tx) => {
    const known = await latestEventOf(tx, person.id)
    const draft = { ...draftOfOperator, startsAt, localStart: startsAt.toISOString().slice(0, 16) }
    const eventId = known ?? (await createEvent(tx, draft, person.id)).id
    const { id } = await createMessage(tx, {
      ...{ eventId, audience: ['everyone'], kind: 'test', recipient: to, createdBy: person.id },
      ...{
        status: 'scheduled',
        sendAt: at,
        subject: 'A test of this Tidings',
        body: bodyOf(provider.label, person.name),
      },
    })
    await announceDue(tx)
    return { messageId: id, eventId, to }
  })
  const notifier = await carrier(db)
  const ok = notifier.ok === true
  return {
    mail,
    checks: [notifier, { check: 'mail', ok, words: ok ? `A mail to ${to} is on its way.` : `A mail to ${to} waits.` }],
  }
}

/** Plain words: it is read by whoever has just set this up. */
function bodyOf(provider: string, name: string): string {
  return `Hello,\n\n${name.replace(/[\\`*_[\]<>{}#]/g, '')} asked this Tidings to send a mail through ${provider}. It has arrived.`
}

async function carrier(db: Deps['database']['db']): Promise<ProviderCheck> {
  const check = 'notifier' as const
  if (await findHold(db)) return { check, ok: false, words: 'Sending is on hold: nothing leaves until it is released.' }
  const alive = await aliveNotifiers(db)
  if (alive.length === 0)
    return { check, ok: false, words: 'No notifier is alive: nothing leaves until one is started.' }
  return {
    check,
    ok: true,
    words: alive.length === 1 ? 'One notifier is alive.' : `${alive.length} notifiers are alive.`,
  }
}
