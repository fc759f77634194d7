import { renderPreview } from '../../content/compile.ts'
import { guestName as guestNamePlaceholder } from '../../content/placeholders/guest-name.ts'
import type { Preview } from '../../contract/preview.ts'
import type { FrozenContent } from '../../domain/content.ts'
import { statusesOf, type AudienceKey } from '../../domain/audiences.ts'
import { isTransactional, type MessageKind } from '../../domain/message.ts'
import { refusals } from '../../domain/refusals.ts'
import { refused, type Refused } from '../../domain/refusals/refusal.ts'
import type { EventAccess } from '../../storage/access.ts'
import { freezeContent } from '../../storage/frozen-content.ts'
import { findPerson } from '../../storage/people.ts'
import { deliveredGuest, previewGuest, type PreviewGuest } from '../../storage/preview-guest.ts'
import type { Deps } from '../deps.ts'
import { unknownPlaceholderIn } from './plan.ts'

export type Draft = {
  kind: MessageKind
  audience: readonly AudienceKey[]
  subject: string
  body: string
  /** Only guests who have not opened this message are meant. */
  unopenedOf?: string | null
  /** Of a message that has fired: what its guests got. */
  fired?: { messageId: string; content: FrozenContent }
}

export type Previewed = { kind: 'previewed'; preview: Preview }

/** The mail of one guest, built from the same parts as when the message fires. */
export async function previewMessage(
  deps: Deps,
  event: EventAccess,
  draft: Draft,
  guestId?: string,
): Promise<Previewed | Refused> {
  const unknown = unknownPlaceholderIn(draft)
  if (unknown) return refused(refusals.unknownPlaceholder, unknown)
  const guest = await guestFor(deps, event, draft, guestId)
  if (guestId && !guest) return refused(refusals.notFound)

  const content = draft.fired?.content ?? (await contentOf(deps, event, draft))
  const rendered = await renderPreview(content, guest ?? exampleGuest, { signer: deps.links })
  return { kind: 'previewed', preview: { ...rendered, guestName: guest?.variables.name ?? null } }
}

/** Stands in while the audience is empty. Its links lead nowhere. */
const exampleGuest = { guestId: null, variables: { name: guestNamePlaceholder.example, linkVersion: 1 } }

async function guestFor(
  deps: Deps,
  event: EventAccess,
  draft: Draft,
  guestId?: string,
): Promise<PreviewGuest | undefined> {
  const { db } = deps.database
  const delivered = draft.fired && guestId ? await deliveredGuest(db, draft.fired.messageId, guestId) : undefined
  const audience = {
    eventId: event.id,
    hostId: event.hostId,
    statuses: statusesOf(draft.audience),
    unopenedOf: draft.unopenedOf,
    transactional: isTransactional(draft.kind),
  }
  return delivered ?? previewGuest(db, audience, guestId)
}

async function contentOf(deps: Deps, event: EventAccess, message: Draft): Promise<FrozenContent> {
  const host = await findPerson(deps.database.db, event.hostId)
  const { from, publicUrl } = deps.config
  return freezeContent({
    message,
    event,
    host: { name: event.hostName, email: host?.email ?? '' },
    from,
    publicUrl,
    firedAt: deps.now(),
  })
}
