import PostalMime from 'postal-mime'
import type { SmtpMail } from '../test/peers/smtp-server.ts'

/** A mail as its guest reads it. */
export async function readLetter({ raw }: SmtpMail) {
  const { subject = '', text = '', html = '', attachments, headers } = await PostalMime.parse(raw)
  return {
    subject,
    text,
    html,
    header: (name: string) => headers.find(({ key }) => key === name.toLowerCase())?.value,
    /** The personal link to answer. */
    rsvpUrl: /https?:\/\/[^\s)"]+\/r\/[\w.~-]+/.exec(text)?.[0] ?? '',
    calendar: calendarIn(attachments.find(({ mimeType }) => mimeType === 'text/calendar')?.content),
  }
}

function calendarIn(content: ArrayBuffer | Uint8Array | string | undefined) {
  if (content === undefined || typeof content === 'string') return content
  return new TextDecoder().decode(content)
}
