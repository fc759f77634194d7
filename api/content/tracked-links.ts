import { addressesIn } from './markdown.ts'
import type { MailContext } from './mail-context.ts'
import { Marks } from './marks.ts'
import { withMarks } from './slots.ts'
import { parseTemplate } from './template.ts'

/** A letter has a handful. Each is signed for each guest, and what comes after these stays as the host wrote it. */
const trackedLinksMax = 100

/** Addresses are repeated in a header of ours; longer ones lead where they lead without us. */
const addressLengthMax = 2000

/** Printable ASCII and nothing else: no placeholder, which stands as a private-use character, and nothing that could end a header. */
const plainAddress = /^https?:\/\/[!-~]+$/i

/**
 * The addresses of a body that may go through ours first, each once, in the order of the letter. Written out by the host, to the last
 * character; what has a placeholder in it is different for each guest. Our own pages are never among them: what a guest answers or
 * chooses there is between the two of them.
 */
export function trackedLinksIn(body: string, publicUrl: string): string[] {
  const marks = new Marks<MailContext>()
  const own = new URL(publicUrl).origin
  const isTracked = (address: string) =>
    plainAddress.test(address) && address.length <= addressLengthMax && leadsAway(address, own)
  const addresses = addressesIn(withMarks(parseTemplate(body), marks), marks)
  return [...new Set(addresses)].filter(isTracked).slice(0, trackedLinksMax)
}

/** Read as a browser reads it, which is what a mail program opens. */
function leadsAway(address: string, own: string): boolean {
  const url = URL.parse(address)
  return url !== null && url.username === '' && url.password === '' && url.origin !== own
}
