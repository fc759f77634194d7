import type { Event } from '../../../../api/contract/event.ts'
import { distance, shortWhen, yourTime } from '../../time/words.ts'
import { zoneWords } from '../../time/zones.ts'
import { clockNote } from '../words.ts'
import { instantOfWhen, type When } from './when.ts'

/** "New York time, in 7 days 20 h." · "16:00 for you in Berlin" · what the clocks do that night. */
export function whenHelp(when: When, event: Event, now: Date): string[] {
  if (when.kind === 'now')
    return event.status === 'published' ? ['It leaves after a few seconds in which you can take it back.'] : []
  if (when.kind === 'draft') return ['It stays under Scheduled as a draft, and nobody gets it.']
  const at = instantOfWhen(when, event)
  if (!at) return []
  const { timezone: zone } = event
  const day = when.kind === 'before' ? `${shortWhen(at, zone)}, ` : ''
  const yours = yourTime(at, zone)
  const note = clockNote(at.toISOString(), zone)
  const held = event.status === 'draft' ? 'It is held while the event is a draft.' : undefined
  return [`${day}${zoneWords(zone)}, ${distance(at, now)}.`, yours, note, held].filter((line) => line !== undefined)
}

/** "10 Mar, 10:00", for the button in the bottom bar of a phone. */
export function whenShort(when: When, event: Event): string {
  if (when.kind === 'now') return 'Now'
  if (when.kind === 'draft') return 'Draft'
  const at = instantOfWhen(when, event)
  return at ? shortWhen(at, event.timezone).replace(/^\S+ /, '') : 'When'
}
