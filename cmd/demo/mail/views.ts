import type { Attachment, Email } from 'postal-mime'

/**
 * The mail's HTML as a page for the sandboxed frame: no script runs, nothing is loaded but pictures, links open in a new tab,
 * and pictures that travel inside the mail are put in place.
 */
export function htmlView(email: Email): string {
  const html =
    email.html ?? `<pre style="white-space:pre-wrap;font:14px/1.5 system-ui">${escapeHtml(email.text ?? '')}</pre>`
  const withPictures = email.attachments.reduce(putInPlace, html)
  return `<base target="_blank" rel="noopener">${withPictures}`
}

/** What the frame may do. Sent as a header, so that it holds for the mail in a tab of its own as well. */
export const htmlPolicy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data: http: https:',
  'font-src data:',
  'sandbox allow-popups allow-popups-to-escape-sandbox',
].join('; ')

/** The mail without its bytes: what the reading pane shows around the frame. */
export function mailDetails(email: Email) {
  return {
    subject: email.subject || '(no subject)',
    from: people(email.from ? [email.from] : []),
    headerTo: people(email.to),
    replyTo: people(email.replyTo),
    date: email.date ?? null,
    text: email.text ?? '',
    hasHtml: email.html !== undefined,
    attached: email.attachments.map(({ filename, mimeType, content }, index) => ({
      index,
      name: filename || `attachment-${index + 1}`,
      mimeType,
      bytes: bytesOf(content).length,
    })),
  }
}

function people(list: Email['to']) {
  return (list ?? []).map(({ name, address }) => (name ? `${name} <${address}>` : address)).join(', ')
}

export function bytesOf(content: Attachment['content']): Buffer {
  return typeof content === 'string' ? Buffer.from(content) : Buffer.from(content as ArrayBuffer)
}

function putInPlace(html: string, { contentId, mimeType, content }: Attachment): string {
  if (!contentId || !mimeType.startsWith('image/')) return html
  const id = contentId.replace(/^<|>$/g, '')
  return html.replaceAll(`cid:${id}`, `data:${mimeType};base64,${bytesOf(content).toString('base64')}`)
}

function escapeHtml(text: string) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
