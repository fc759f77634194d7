import { linkTo } from '../../content/links.ts'
import type { Guest } from '../../contract/guest.ts'
import { atLeast } from '../../domain/roles.ts'
import type { EventAccess } from '../../storage/access.ts'
import type { GuestRow } from '../../storage/guests.ts'
import type { Deps } from '../deps.ts'
import { instant } from '../instant.ts'

/** A guest as one person sees it. The personal link answers for the guest, so only those who may edit the answer see it. */
export function guestJson({ config, links }: Deps, { role }: EventAccess): (row: GuestRow) => Guest {
  const showsLink = atLeast(role, 'editor')
  return (row) => {
    const { id, name, email, phone, rsvpStatus, partySize, tags, household, note, version } = row
    const guest: Guest = {
      ...{ id, name, email, phone, rsvpStatus, partySize, tags, household, note, version },
      respondedAt: instant(row.respondedAt),
      unsubscribedAt: instant(row.unsubscribedAt),
      createdAt: row.createdAt.toISOString(),
      updatedAt: row.updatedAt.toISOString(),
    }
    const token = () => links.sign('rsvp', id, row.linkVersion)
    return showsLink ? { ...guest, rsvpUrl: linkTo(config.publicUrl, 'rsvp', token()) } : guest
  }
}
