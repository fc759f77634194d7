import { randomUUID } from 'node:crypto'
import { escapeHtml, oneLine } from '../../content/escape.ts'
import type { Mail, Mailbox, MailParts } from '../../domain/mail.ts'

export type Addressee = { name: string; email: string }

/** A short letter about an account: sentences, and at most one link. */
export type Letter = { subject: string; paragraphs: string[]; link?: { label: string; url: string } }

export function writeMail(from: Mailbox, to: Addressee, letter: Letter): Mail {
  const id = randomUUID()
  const messageId = `<account.${id}@${from.address.split('@').at(-1)}>`
  const parts: MailParts = {
    from,
    to: { name: oneLine(to.name), address: to.email },
    subject: letter.subject,
    text: textOf(letter),
    html: htmlOf(letter),
    headers: [['Auto-Submitted', 'auto-generated']],
    attachments: [],
  }
  return {
    deliveryTag: `account_${id}`,
    idempotencyKey: `account-${id}`,
    messageId,
    envelope: { from: from.address, to: to.email },
    parts: () => parts,
    mime: () => mimeOf(parts, messageId),
  }
}

function textOf({ paragraphs, link }: Letter): string {
  return [...paragraphs, ...(link ? [`${link.label}:\n${link.url}`] : []), 'Tidings'].join('\n\n')
}

function htmlOf({ subject, paragraphs, link }: Letter): string {
  const said = paragraphs.map((words) => `<p>${escapeHtml(words)}</p>`).join('\n')
  const button = link ? `<p><a href="${escapeHtml(link.url)}">${escapeHtml(link.label)}</a></p>` : ''
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head>
<body style="font:16px/24px system-ui,sans-serif;max-width:34rem;margin:2rem auto;padding:0 1rem">
${said}
${button}
</body></html>`
}

/** Both parts in base64: a handful of these a day need no compiled template, only to be right in every mail program. */
function mimeOf(parts: MailParts, messageId: string): string {
  const boundary = `alternative-${messageId.slice(1, -1).replace(/[^\w.-]/g, '')}`.slice(0, 60)
  const part = (type: string, body: string) =>
    [
      `--${boundary}`,
      `Content-Type: ${type}; charset=utf-8`,
      'Content-Transfer-Encoding: base64',
      '',
      base64(body),
    ].join(crlf)
  return [
    `From: ${mailboxHeader(parts.from)}`,
    `To: ${mailboxHeader(parts.to)}`,
    `Subject: ${encodedWord(parts.subject)}`,
    `Message-ID: ${messageId}`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    ...parts.headers.map(([name, value]) => `${name}: ${value}`),
    'MIME-Version: 1.0',
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
    '',
    part('text/plain', parts.text),
    part('text/html', parts.html),
    `--${boundary}--`,
    '',
  ].join(crlf)
}

const crlf = '\r\n'
/** RFC 2045 section 6.8. */
const base64LineMax = 76
/** RFC 2047 section 2: 75 characters a word, of which 12 are the frame; 45 bytes make 60 characters. */
const wordBytesMax = 45

function base64(text: string): string {
  return Buffer.from(text, 'utf8')
    .toString('base64')
    .match(new RegExp(`.{1,${base64LineMax}}`, 'g'))!
    .join(crlf)
}

function mailboxHeader({ name, address }: Mailbox): string {
  return name ? `${encodedWord(name)} <${address}>` : address
}

/** Words of RFC 2047, cut between characters. Plain ASCII without specials stays readable. */
function encodedWord(text: string): string {
  if (/^[\w !'*+/=?^`{|}~-]*$/.test(text) && text.length < base64LineMax) return text
  const chunks = ['']
  for (const char of text) {
    if (Buffer.byteLength(chunks.at(-1)! + char) > wordBytesMax) chunks.push('')
    chunks[chunks.length - 1] += char
  }
  return chunks.map((chunk) => `=?utf-8?B?${Buffer.from(chunk).toString('base64')}?=`).join(`${crlf} `)
}
