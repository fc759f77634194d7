import { compileMessage } from '../../api/content/compile.ts'
import { createLinkSigner } from '../../api/content/tokens.ts'
import type { FrozenContent } from '../../api/domain/content.ts'
import type { MailParts } from '../../api/domain/mail.ts'
import { freezeContent } from '../../api/storage/frozen-content.ts'
import type { BenchEvent } from '../stage/events.ts'
import { publicUrl, secretKey, sender, words } from '../stage/messages.ts'

/** One message in both forms: frozen, as our sender compiles it, and as the finished mail of "Guest 0", whose name the pool replaces. */
export type SampleMail = { messageId: string; content: FrozenContent; parts: MailParts }

export async function sampleMail(event: BenchEvent): Promise<SampleMail> {
  const content = freezeContent({
    message: { kind: 'broadcast', ...words },
    event,
    host: { name: 'Maren Holt', email: 'maren@example.org' },
    from: sender,
    publicUrl,
    firedAt: new Date(),
  })
  const compiled = await compileMessage(content, { signer: createLinkSigner({ secretKey }) })
  const mail = compiled.mailFor({
    ...{ messageId: event.id, seq: 1, generation: 1, guestId: event.id, address: 'guest-0@example.com' },
    variables: { name: 'Guest 0', linkVersion: 1 },
  })
  return { messageId: event.id, content, parts: mail.parts() }
}
