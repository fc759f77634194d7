import type { LinkPurpose, LinkSigner } from './tokens.ts'

/** What stands between the public URL and the token. Links open a page; nothing happens until the guest acts there. */
const linkPaths: Record<LinkPurpose, string> = { rsvp: '/r/', preferences: '/p/', unsubscribe: '/u/' }

/** Where every link of a test mail leads: a page that says that links in tests do nothing. */
const inertPath = '/test-link'

export interface GuestLinks {
  readonly rsvp: string
  readonly preferences: string
  readonly unsubscribe: string
}

/** The address of one guest's page, as it stands in mails and in the guest list. */
export function linkTo(publicUrl: string, purpose: LinkPurpose, token: string): string {
  return withoutTrailingSlash(publicUrl) + linkPaths[purpose] + token
}

/** A guest's three links. Each is signed when first asked for and then kept: not every mail shows every link. */
export function guestLinks(publicUrl: string, signer: LinkSigner, guestId: string, linkVersion: number): GuestLinks {
  const signed: { [purpose in LinkPurpose]?: string } = {}
  const link = (purpose: LinkPurpose) =>
    (signed[purpose] ??= linkTo(publicUrl, purpose, signer.sign(purpose, guestId, linkVersion)))
  return {
    get rsvp() {
      return link('rsvp')
    },
    get preferences() {
      return link('preferences')
    },
    get unsubscribe() {
      return link('unsubscribe')
    },
  }
}

/** Links for test mails and for previews without a guest: nobody is answered for, nobody is unsubscribed. */
export function inertLinks(publicUrl: string): GuestLinks {
  const nowhere = withoutTrailingSlash(publicUrl) + inertPath
  return { rsvp: nowhere, preferences: nowhere, unsubscribe: nowhere }
}

/** Where a mail's picture is fetched, which says that somebody has opened it. */
export function openAddress(publicUrl: string, token: string): string {
  return `${withoutTrailingSlash(publicUrl)}/o/${token}.gif`
}

/** Where a link of the host goes first, to be sent on to the host's own address. */
export function clickAddress(publicUrl: string, token: string): string {
  return `${withoutTrailingSlash(publicUrl)}/c/${token}`
}

function withoutTrailingSlash(url: string): string {
  return url.replace(/\/+$/, '')
}
