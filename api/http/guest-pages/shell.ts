import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { FastifyReply } from 'fastify'
import { brandColors } from '../../content/brand-colors.ts'
import { html, ours, type Html } from './html.ts'

export type GuestPage = {
  title: string
  /** The event's own colour. */
  color?: string
  poster?: Html
  body: Html
}

const stylesheet = readFileSync(new URL('./guest.css', import.meta.url), 'utf8')

/**
 * Sends a page to a guest: one document with its style inside, no script, nothing from elsewhere. It is not kept in caches or
 * search engines, because its address is the guest's key.
 */
export function sendGuestPage(reply: FastifyReply, status: number, page: GuestPage): FastifyReply {
  const nonce = randomBytes(16).toString('base64')
  return reply
    .code(status)
    .header('content-security-policy', policy(nonce))
    .header('cache-control', 'no-store')
    .header('x-robots-tag', 'noindex, nofollow')
    .type('text/html; charset=utf-8')
    .send(documentOf(page, nonce))
}

function policy(nonce: string) {
  return [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    "font-src 'self'",
    'img-src data:', // the empty icon, without which browsers ask for one
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

function documentOf({ title, color, poster, body }: GuestPage, nonce: string): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <style nonce="${nonce}">
          ${ours(brandVariables(color))}${ours(stylesheet)}
        </style>
      </head>
      <body>
        ${poster}
        <main>${body}</main>
      </body>
    </html>`.text.replace(/\n\s*/g, '\n')
}

/** Hexadecimal colours out of `brandColors`, which takes nothing else. */
function brandVariables(color: string | undefined): string {
  const { light, dark } = brandColors(color)
  const of = ({ button, onButton, link }: typeof light, theme: string) =>
    `--br-${theme}:${button};--on-${theme}:${onButton};--link-${theme}:${link};`
  return `:root{${of(light, 'l')}${of(dark, 'd')}}`
}
