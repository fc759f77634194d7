import type { FastifyRequest } from 'fastify'
import type { AppConfig } from './deps.ts'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])
const sitesAllowed = new Set(['same-origin', 'none'])

type Origins = Pick<AppConfig, 'publicUrl' | 'corsOrigins'>

/** Whose pages may speak with a person's cookie: our own, and those that the operator trusts. */
export function allowedOrigins({ publicUrl, corsOrigins }: Origins): ReadonlySet<string> {
  return new Set([publicUrl, ...corsOrigins].map((url) => new URL(url).origin))
}

/**
 * Tells requests that another site's page makes with a person's cookie. Browsers say where an unsafe request comes from;
 * programs that are no browsers say nothing, and they have no cookie that they were not given.
 * SameSite=Lax and JSON-only bodies stand behind this.
 */
export function refuseCrossSite(config: Origins) {
  const allowed = allowedOrigins(config)
  return ({ method, headers }: FastifyRequest): boolean => {
    if (safeMethods.has(method)) return false
    if (headers.origin !== undefined) return !allowed.has(headers.origin)
    const site = headers['sec-fetch-site']
    return typeof site === 'string' && !sitesAllowed.has(site)
  }
}
