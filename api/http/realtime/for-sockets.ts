import type { IncomingMessage } from 'node:http'

/**
 * Which requests are taken out of HTTP. Some clients offer other protocols with every request (Java's asks for h2c); those are answered
 * as if they had not.
 */
export function isForSockets({ headers, url = '' }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket' && url.startsWith('/realtime/')
}
