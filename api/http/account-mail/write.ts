import { randomUUID } from 'node:crypto'
import { escapeHtml, oneLine } from '../../content/escape.ts'
import { composerOf } from '../../content/mime/compose.ts'
import { mailboxHeader, plainHeader, textHeader } from '../../content/mime/header.ts'
import type { Mail, Mailbox, MailParts } from '../../domain/mail.ts'

export type Addressee = { name: string; email: string }

/** A short letter about an account: sentences, and at most one link. */
export type Letter = { subject: string; paragraphs: string[]; link?: { label: string; url: string } }

/** The mail of a letter: its parts for providers that build the mail themselves, and its MIME for the others. */
export function writeMail(from: Mailbox, to: Addressee, letter: Letter): Mail {
  const id = randomUUID()
  const deliveryTag = `account_${id}`
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
    deliveryTag,
    idempotencyKey: `account-${id}`,
    messageId,
    envelope: { from: from.address, to: to.email },
    parts: () => parts,
    mime: () => mimeOf(parts, messageId, deliveryTag),
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

function mimeOf({ from, to, subject, text, html, headers }: MailParts, messageId: string, key: string): string {
  const top = [
    mailboxHeader('From', from),
    mailboxHeader('To', to),
    textHeader('Subject', subject),
    plainHeader('Message-ID', messageId),
    plainHeader('Date', new Date().toUTCString().replace('GMT', '+0000')),
    ...headers.map(([name, value]) => plainHeader(name, value)),
  ]
  const body = composerOf({ text: [text], html: [html] })
  return [...top, body.compose(key, undefined, [])].join('\r\n')
}
