import type { DeliveryVariables, FrozenContent, FrozenEvent } from '../domain/content.ts'
import type { DeliveryKey } from '../domain/feedback.ts'
import { guestLinks, inertLinks, type GuestLinks } from './links.ts'
import type { LinkSigner } from './tokens.ts'

/** All that a slot may look at when it writes its value for one guest. */
export type MailContext = {
  readonly event: FrozenEvent
  readonly guest: { readonly name?: string }
  readonly links: GuestLinks
  readonly answer?: DeliveryVariables['answer']
  readonly answered: boolean
  /** The others of the household, each with their own link. */
  readonly members: readonly { readonly name?: string; readonly links: GuestLinks }[]
  /** The row that the mail is for, where visits are noted. A preview is of no row. */
  readonly delivery?: DeliveryKey
}

/** Whom a mail or a preview is for. Without a guest (tests, samples) its links lead nowhere. */
export type Recipient = { guestId: string | null; variables: DeliveryVariables }

export function contextFor(content: FrozenContent, signer: LinkSigner, { guestId, variables }: Recipient): MailContext {
  const linksOf = (id: string | null, linkVersion: number) =>
    id === null || content.kind === 'test'
      ? inertLinks(content.publicUrl)
      : guestLinks(content.publicUrl, signer, id, linkVersion)
  const { answer, members = [] } = variables
  return {
    event: content.event,
    guest: { name: variables.name },
    links: linksOf(guestId, variables.linkVersion),
    answer,
    answered: answer !== undefined || variables.answered === true,
    members: members.map((member) => ({ name: member.name, links: linksOf(member.guestId, member.linkVersion) })),
  }
}

/** For what is the same in every mail of a message: there is no guest to look at. */
export function contextOfEveryone(content: FrozenContent): MailContext {
  return { event: content.event, guest: {}, links: inertLinks(content.publicUrl), answered: false, members: [] }
}
