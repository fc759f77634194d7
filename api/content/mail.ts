import type { FrozenContent } from '../domain/content.ts'
import { messageIdOf, type Mail, type Mailbox, type MailAttachment } from '../domain/mail.ts'
import { calendarFile } from './calendar.ts'
import { oneLine } from './escape.ts'
import type { MailContext, Recipient } from './mail-context.ts'
import { fill, type Piece } from './marks.ts'
import { messageHeaders } from './mail-headers.ts'
import { composerOf } from './mime/compose.ts'
import { assertAddress, mailboxHeader, plainHeader, textHeader, unfold } from './mime/header.ts'

/** The row that a mail is for. Message, number and generation name it everywhere: tag, keys, Message-ID, boundaries. */
export type Delivery = Recipient & { messageId: string; seq: number; generation: number; address: string }

export type MessageTexts = {
  content: FrozenContent
  subject: (context: MailContext) => string
  html: readonly Piece<MailContext>[]
  text: readonly Piece<MailContext>[]
  contextOf: (delivery: Delivery) => MailContext
  /** See `Mail.wantsProof`. */
  wantsProof?: boolean
}

/** Prepares what all mails of a message share and returns the function that makes one. */
export function mailMaker({
  content,
  subject,
  html,
  text,
  contextOf,
  wantsProof,
}: MessageTexts): (delivery: Delivery) => Mail {
  const from = cleanMailbox(content.from)
  const replyTo =
    content.host.email === from.address
      ? undefined
      : cleanMailbox({ name: content.host.name, address: content.host.email })
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1)
  const headersOf = messageHeaders(content)
  const calendar =
    content.kind === 'confirmation'
      ? [calendarFile(content.event, { publicUrl: content.publicUrl, stampAt: content.firedAt })]
      : []
  const body = composerOf({ text, html })
  const top = `${mailboxHeader('From', from)}\r\n${replyTo ? `${mailboxHeader('Reply-To', replyTo)}\r\n` : ''}Date: ${dateHeader(content.firedAt)}\r\n`

  return (delivery) => {
    const { messageId, seq, generation, variables } = delivery
    const deliveryTag = `${messageId}_${seq}_${generation}`
    const id = messageIdOf(delivery, domain)
    const to = cleanMailbox({ name: variables.name, address: delivery.address })
    const attachments: readonly MailAttachment[] = variables.answer?.status === 'declined' ? [] : calendar
    let context: MailContext | undefined
    const own = () => (context ??= contextOf(delivery))

    return {
      deliveryTag,
      idempotencyKey: `${messageId}-${seq}-${generation}`,
      messageId: id,
      wantsProof,
      envelope: { from: from.address, to: delivery.address },
      parts: () => ({
        from,
        replyTo,
        to,
        subject: subject(own()),
        html: fill(html, own()),
        text: fill(text, own()),
        headers: headersOf(delivery, own()).map(unfold),
        attachments,
      }),
      mime: () =>
        `${top}${mailboxHeader('To', to)}\r\n${textHeader('Subject', subject(own()))}\r\n${plainHeader('Message-ID', id)}\r\n` +
        headersOf(delivery, own())
          .map((header) => `${header}\r\n`)
          .join('') +
        body.compose(deliveryTag, own(), attachments),
    }
  }
}

function cleanMailbox({ name, address }: Mailbox): Mailbox {
  const clean = oneLine(name ?? '')
  return clean === '' ? { address: assertAddress(address) } : { name: clean, address: assertAddress(address) }
}

/** RFC 5322 section 3.3. When the message fired, not when this attempt is made: a repeat is the same mail. */
function dateHeader(firedAt: string): string {
  return new Date(firedAt).toUTCString().replace('GMT', '+0000')
}
