import type { FrozenContent } from '../domain/content.ts'
import { isTransactional } from '../domain/message.ts'
import { oneLine } from './escape.ts'
import type { MailContext, Recipient } from './mail-context.ts'
import { listIdHeader, plainHeader } from './mime/header.ts'

/**
 * The headers that tell mail programs what kind of mail this is, folded. Those of a list let the guest leave with one click
 * (RFC 2369, RFC 8058; RFC 2919 for the id) and keep vacation replies away. What the guest asked for or must know is not a
 * list; a confirmation says that a machine wrote it (RFC 3834), so that no machine answers.
 */
export function messageHeaders(
  content: FrozenContent,
): (recipient: Recipient, context: MailContext) => readonly string[] {
  if (content.kind === 'confirmation') return () => [plainHeader('Auto-Submitted', 'auto-generated')]
  if (isTransactional(content.kind)) return () => []
  const listId = listIdHeader(
    oneLine(content.event.name),
    `${content.event.id}.events.${new URL(content.publicUrl).hostname}`,
  )
  const oneClick = plainHeader('List-Unsubscribe-Post', 'List-Unsubscribe=One-Click')
  return ({ guestId }, { links }) =>
    guestId === null ? [listId] : [plainHeader('List-Unsubscribe', `<${links.unsubscribe}>`), oneClick, listId]
}
