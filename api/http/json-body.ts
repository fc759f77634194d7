import { errorCodes, type FastifyRequest } from 'fastify'
import type { App } from './deps.ts'
import { faultIn } from './json-faults.ts'
import { answer } from './problem.ts'
import { SchemaViolation } from './validation.ts'

/** A message body may have 100 kB of text, and JSON may write a character in six bytes. Imports state their own limit. */
export const bodyBytesMax = 1_000_000

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })
const utf8 = new Set(['utf-8', 'utf8', 'us-ascii'])

/**
 * Bodies are JSON in UTF-8, and nothing else unless a route says so. That also keeps HTML forms of other sites out.
 * Keys that would reach a prototype are refused while parsing, and keys that stand twice after it.
 */
export function readJsonBodies(app: App) {
  app.removeAllContentTypeParsers()
  const parse = app.getDefaultJsonParser('error', 'error')
  // An empty body is no body: "sign out" and "cancel" carry a content type from most clients, and nothing to say.
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const text = textOf(body as Buffer)
    if (text === undefined) return done(new errorCodes.FST_ERR_CTP_INVALID_JSON_BODY())
    if (text === '') return done(null, undefined)
    return parse(request, text, (error, value) => {
      const fault = error ? undefined : faultIn(text)
      return fault ? done(new SchemaViolation([fault])) : done(error, value)
    })
  })
  app.addHook('preParsing', async (request, reply) => {
    const charset = /^application\/json\s*;.*charset\s*=\s*"?([^";\s]*)/i.exec(
      request.headers['content-type'] ?? '',
    )?.[1]
    if (charset !== undefined && !utf8.has(charset.toLowerCase())) {
      await answer(reply, 'mediaType', { detail: 'Send the body in UTF-8.' })
    }
  })
}

/** Bytes that are no UTF-8 are refused: the usual decoder would put another character in their place and say nothing. */
function textOf(body: Buffer): string | undefined {
  try {
    return strictUtf8.decode(body)
  } catch {
    return undefined
  }
}

/** For routes whose every field may be missing, so that the body may be, too. */
export async function takeNothingAsEmpty(request: FastifyRequest) {
  request.body ??= {}
}
