import type { FastifyInstance } from 'fastify'
import { noteMax } from '../../domain/person-text.ts'

/** A form percent-encodes each byte of a character as three, and a character has four bytes at most; the other fields are short. */
export const formBytesMax = 12 * noteMax + 6_000

/**
 * Reads forms, in the two shapes that pages and mail programs send (RFC 8058 allows both). Only pages for guests take forms: there
 * the token in the address says who it is, and no cookie does.
 */
export function readForms(app: FastifyInstance) {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  )
  app.addContentTypeParser('multipart/form-data', { parseAs: 'string' }, (_request, body, done) =>
    done(null, Object.fromEntries(fieldsOfMultipart(String(body)))),
  )
}

/** Plain fields only; a file is no answer to anything that we ask. */
function fieldsOfMultipart(body: string): [string, string][] {
  const field =
    /content-disposition:\s*form-data;\s*name="([^"\r\n]{1,100})"[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n([^\r\n]*)/gi
  return Array.from(body.matchAll(field), ([, name, value]) => [name!, value!])
}

export function fieldOf(body: unknown, name: string): string | undefined {
  const value = (body as Record<string, unknown> | null | undefined)?.[name]
  return typeof value === 'string' ? value : undefined
}
