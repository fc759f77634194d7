import type { LocationQueryRaw, RouteLocationRaw } from 'vue-router'

/** The tab itself, `new`, or a message. */
export function messagePlace(messageId?: string, query?: LocationQueryRaw): RouteLocationRaw {
  return { name: 'communications', params: messageId ? { messageId } : {}, query }
}
