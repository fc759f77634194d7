import type { Mail, MailAttachment } from '../../api/domain/mail.ts'

type Wishes = {
  seq?: number
  to?: string
  from?: string
  subject?: string
  text?: string
  attachments?: MailAttachment[]
}

/** Message ids are UUIDs in life; tags and keys are built from them the same way here. */
const messageId = '0190f3c2-5b1a-7c3e-9f10-2a4b6c8d0e1f'

/** A mail like one that `api/content` composes, with whatever the test cares about. */
export function someMail({ seq = 1, to = `guest${seq}@example.com`, ...wishes }: Wishes = {}): Mail {
  const {
    from = 'bounce@tidings.example',
    subject = 'See you on Friday',
    text = 'The doors open at seven.',
    attachments = [],
  } = wishes
  const id = `<${messageId}.${seq}.0@tidings.example>`
  const head = [
    'From: Amina <host@tidings.example>',
    `To: ${to}`,
    `Subject: ${subject}`,
    `Message-ID: ${id}`,
    'Date: Fri, 01 Jan 2027 09:00:00 +0000',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
  ]
  const mime = `${head.join('\r\n')}\r\n\r\n${text}\r\n`
  return {
    deliveryTag: `${messageId}_${seq}_0`,
    idempotencyKey: `${messageId}-${seq}-0`,
    messageId: id,
    envelope: { from, to },
    parts: () => ({
      from: { name: 'Amina', address: 'host@tidings.example' },
      to: { name: `Guest ${seq}`, address: to },
      subject,
      html: `<p>${text}</p>`,
      text,
      headers: [['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click']],
      attachments,
    }),
    mime: () => mime,
  }
}
