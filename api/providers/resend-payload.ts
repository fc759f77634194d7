import type { Mail, Mailbox } from '../domain/mail.ts'

/** A mail in the words of Resend's API. The same mail gives the same bytes, which is what its keys are compared by. */
export function payloadOf(mail: Mail) {
  const { from, replyTo, to, subject, html, text, headers, attachments } = mail.parts()
  return {
    from: written(from),
    to: written({ ...to, address: mail.envelope.to }),
    ...(replyTo && { replyTo: written(replyTo) }),
    subject,
    html,
    text,
    headers: Object.fromEntries(headers),
    tags: [{ name: 'delivery', value: mail.deliveryTag }],
    ...(attachments.length > 0 && {
      attachments: attachments.map(({ filename, contentType, content }) => ({
        filename,
        contentType,
        content: Buffer.from(content).toString('base64'),
      })),
    }),
  }
}

/** Always with quotation marks around the name, so that no comma, bracket or dot in it is read as more than a name. */
function written({ name, address }: Mailbox): string {
  const plain = name?.replace(/\s+/g, ' ').replace(/["\\]/g, '\\$&').trim()
  return plain ? `"${plain}" <${address}>` : address
}
