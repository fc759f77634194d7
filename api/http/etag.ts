import type { FastifyReply, FastifyRequest } from 'fastify'

/** The row's version in quotes: what `If-Match` sends back. */
function etagOf(row: { version: number }): string {
  return `"${row.version}"`
}

export function answerWithEtag<T extends { version: number }>(reply: FastifyReply, body: T): T {
  reply.header('etag', etagOf(body))
  return body
}

/** The same for a stored answer, whose body may be anything. */
export function etagHeader(body: unknown): { etag?: string } {
  const { version } = (body ?? {}) as { version?: unknown }
  return typeof version === 'number' ? { etag: etagOf({ version }) } : {}
}

/**
 * The versions that `If-Match` allows; undefined when every version will do (no header, or `*`).
 * A weak or foreign tag matches nothing, as RFC 9110 section 13.1.1 wants it.
 */
export function expectedVersions(request: FastifyRequest): readonly number[] | undefined {
  const header = request.headers['if-match']?.trim()
  if (header === undefined || header === '*') return undefined
  return header.split(',').flatMap((tag) => {
    const version = /^\s*"(\d{1,9})"\s*$/.exec(tag)?.[1]
    return version === undefined ? [] : [Number(version)]
  })
}

export function isStale(row: { version: number }, expected: readonly number[] | undefined): boolean {
  return expected !== undefined && !expected.includes(row.version)
}
