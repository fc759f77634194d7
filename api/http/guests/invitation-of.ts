import type { LinkPurpose } from '../../content/tokens.ts'
import { findInvitation, type Invitation } from '../../storage/invitations.ts'
import type { Deps } from '../deps.ts'

/** What a link leads to; undefined alike for a token that is wrong, revoked, of another purpose, or never was. */
export async function invitationOf(
  { links, database }: Deps,
  purpose: LinkPurpose,
  token: string,
): Promise<Invitation | undefined> {
  const link = links.verify(purpose, token)
  return link && findInvitation(database.db, link)
}
