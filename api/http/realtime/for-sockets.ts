import type { IncomingMessage } from 'node:http'

/** Where sockets are, and nothing beside: what is answered in HTTP after an upgrade was begun leaves a connection that no limit of HTTP ends. */
const socketAddress = /^\/realtime\/(messages|events)\/[0-9a-f-]{36}(\?|$)/i

/**
 * Which requests are taken out of HTTP. Some clients offer other protocols with every request (Java's asks for h2c); those are answered
 * as if they had not, and so is whoever wants a socket where there is none.
 */
export function isForSockets({ method, headers, url = '' }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket' && socketAddress.test(url)
}
