import { attending } from './audiences/attending.ts'
import { declined } from './audiences/declined.ts'
import { everyone } from './audiences/everyone.ts'
import { maybe } from './audiences/maybe.ts'
import { pending } from './audiences/pending.ts'
import { read, unread, type Reading } from './reading.ts'
import type { RsvpStatus } from './rsvp.ts'

/** In the order in which a host is offered them. */
export const audiences = [everyone, attending, pending, declined, maybe] as const
export type AudienceKey = (typeof audiences)[number]['key']

export const audienceKeys: readonly AudienceKey[] = audiences.map((audience) => audience.key)

/**
 * Reads one key, several ("attending,maybe", as in a query) or an array of keys.
 * Repeats are dropped and the order stays as given.
 */
export function readAudience(value: string | readonly string[]): Reading<AudienceKey[]> {
  const words = (typeof value === 'string' ? value.split(',') : [...value]).map((word) => word.trim())
  if (words.every((word) => word === '')) return unread('Choose who should get this message.')

  const stranger = words.find((word) => !isAudienceKey(word))
  if (stranger !== undefined) {
    return unread(`“${stranger.slice(0, 40)}” is not an audience we know. Choose from ${audienceKeys.join(', ')}.`)
  }
  return read([...new Set(words.filter(isAudienceKey))])
}

/** The answers whose guests are meant. "everyone" beside another key is still everyone. */
export function statusesOf(keys: readonly AudienceKey[]): RsvpStatus[] {
  const chosen = audiences.filter((audience) => keys.includes(audience.key))
  return [...new Set<RsvpStatus>(chosen.flatMap((audience) => audience.statuses))]
}

function isAudienceKey(word: string): word is AudienceKey {
  return audienceKeys.some((key) => key === word)
}
