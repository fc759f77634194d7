import type { FrozenContent } from '../domain/content.ts'
import { escapeHtml } from './escape.ts'
import { clickAddress, openAddress } from './links.ts'
import type { Delivery } from './mail.ts'
import type { MailContext } from './mail-context.ts'
import type { Readdress } from './markdown.ts'
import type { Marks } from './marks.ts'
import type { LinkSigner } from './tokens.ts'

/** How the mails of a message note who opens them and who follows their links. */
export type MailTracking = {
  addressFor?: Readdress
  withPicture(html: string): string
  contextOf<Of extends (delivery: Delivery) => MailContext>(contextOf: Of): (delivery: Delivery) => MailContext
}

/** Nothing is added, looked at or copied: a mail that notes nothing is the mail that it always was, and costs no more. */
const noTracking: MailTracking = { withPicture: (html) => html, contextOf: (contextOf) => contextOf }

/** As the message was frozen: with the host's choice of the moment at which it fired. */
export function trackingOf(content: FrozenContent, signer: LinkSigner, marks: Marks<MailContext>): MailTracking {
  const { tracking, publicUrl } = content
  if (!tracking) return noTracking
  const { signOpen, signClick } = signer.tracking

  // A preview is of no row. It shows the host's own addresses, and a host who reads it counts as nobody.
  const addressFor = (address: string) => {
    const link = tracking.links.indexOf(address) + 1
    if (link === 0) return address
    return marks.add(`tracked link ${link}`, {
      kind: 'link',
      perGuest: true,
      value: ({ delivery }) => (delivery ? clickAddress(publicUrl, signClick(delivery, link)) : address),
    })
  }
  const picture = () =>
    marks.add('tracking picture', {
      kind: 'markup',
      perGuest: true,
      value: ({ delivery }) => (delivery ? pictureOf(openAddress(publicUrl, signOpen(delivery))) : ''),
    })

  return {
    addressFor,
    withPicture: (html) => (tracking.opens ? html.replace('</body>', `${picture()}</body>`) : html),
    contextOf: (contextOf) => (delivery) => ({ ...contextOf(delivery), delivery }),
  }
}

/** An empty alternative text: who listens to the mail hears nothing of it. */
function pictureOf(address: string): string {
  return `<img src="${escapeHtml(address)}" width="1" height="1" alt="" style="display:block;width:1px;height:1px;border:0">`
}
