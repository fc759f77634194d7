import type { Mail } from '../../domain/mail.ts'

/**
 * What to ask of a server that offers delivery status notifications (RFC 3461): a report of a failure or a delay that names our
 * delivery (ENVID) and the address that we sent to (ORCPT), whatever the mail was forwarded to, with the headers only. Success is
 * asked for only where it is the one proof there may be: it is a mail to the return path for each mail that arrives.
 */
export function reportWishes({ deliveryTag, envelope, wantsProof }: Mail): { sender: string; recipient: string } {
  return {
    sender: ` RET=HDRS ENVID=${xtext(deliveryTag)}`,
    recipient: ` NOTIFY=${wantsProof ? 'SUCCESS,' : ''}FAILURE,DELAY ORCPT=rfc822;${xtext(envelope.to)}`,
  }
}

/** RFC 3461 section 4: printable ASCII but for "+" and "=", which are written as "+" and their code. Ours is printable already. */
function xtext(text: string): string {
  return text.replaceAll(/[+=]/g, (character) => `+${character.charCodeAt(0).toString(16).toUpperCase()}`)
}
