import type { MailAttachment } from '../../domain/mail.ts'
import { fill, type Piece } from '../marks.ts'
import { assertHeaderSafe } from './header.ts'
import { quotePieces } from './quoted-printable.ts'

/** RFC 2045 section 6.8: base64 in lines of 76. */
const base64Line = /.{1,76}/g

export interface BodyComposer<Context> {
  /** Content headers and parts, from "MIME-Version" to the last boundary. `key` makes the boundaries unique. */
  compose(key: string, context: Context, attachments: readonly MailAttachment[]): string
}

/**
 * Encodes both texts of a message once (RFC 2045, 2046). A boundary begins with "=_", which quoted-printable and base64 never
 * write, so no text can imitate it.
 */
export function composerOf<Context>(texts: {
  text: readonly Piece<Context>[]
  html: readonly Piece<Context>[]
}): BodyComposer<Context> {
  const text = quotePieces(texts.text)
  const html = quotePieces(texts.html)
  const encoded = new Map<MailAttachment, string>()

  const alternative = (boundary: string, context: Context) =>
    `Content-Type: multipart/alternative;\r\n boundary="${boundary}"\r\n\r\n` +
    `--${boundary}\r\n${partHeaders('text/plain')}${fill(text, context)}\r\n` +
    `--${boundary}\r\n${partHeaders('text/html')}${fill(html, context)}\r\n--${boundary}--\r\n`

  const attached = (attachment: MailAttachment) => {
    const known = encoded.get(attachment) ?? encodeAttachment(attachment)
    encoded.set(attachment, known)
    return known
  }

  return {
    compose(key, context, attachments) {
      if (attachments.length === 0) return `MIME-Version: 1.0\r\n${alternative(`=_a_${key}`, context)}`
      const boundary = `=_m_${key}`
      return (
        `MIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary="${boundary}"\r\n\r\n--${boundary}\r\n` +
        `${alternative(`=_a_${key}`, context)}${attachments.map((file) => `--${boundary}\r\n${attached(file)}`).join('')}--${boundary}--\r\n`
      )
    },
  }
}

function partHeaders(type: string): string {
  return `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n`
}

/** File names are ours, never a guest's. */
function encodeAttachment({ filename, contentType, content }: MailAttachment): string {
  const lines = Buffer.from(content).toString('base64').match(base64Line) ?? []
  return (
    `Content-Type: ${assertHeaderSafe(contentType)};\r\n name="${assertHeaderSafe(filename)}"\r\n` +
    `Content-Disposition: attachment; filename="${filename}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines.join('\r\n')}\r\n`
  )
}
