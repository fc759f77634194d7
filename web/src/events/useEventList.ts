import { computed, ref, type Ref } from 'vue'
import type { Event } from '../../../api/contract/event.ts'
import { monthOf } from '../time/words.ts'

export const shelves = ['upcoming', 'drafts', 'past'] as const
export type Shelf = (typeof shelves)[number]

/** Called off is over, whatever the calendar says. A running event is still coming until it ends. */
export function shelfOf(event: Event, now: Date): Shelf {
  if (event.status === 'draft') return 'drafts'
  const over = new Date(event.endsAt ?? event.startsAt).getTime() + (event.endsAt ? 0 : hoursWithoutEnd * 3_600_000)
  return event.status === 'cancelled' || over <= now.getTime() ? 'past' : 'upcoming'
}

/** Without an end, an evening. */
const hoursWithoutEnd = 6

export function useEventList(events: Ref<Event[] | undefined>, now: Ref<Date>, shelf: Ref<Shelf>) {
  const query = ref('')

  const byShelf = computed(() => {
    const sorted: Record<Shelf, Event[]> = { upcoming: [], drafts: [], past: [] }
    for (const event of events.value ?? []) sorted[shelfOf(event, now.value)].push(event)
    for (const each of shelves) sorted[each].sort((a, b) => a.startsAt.localeCompare(b.startsAt))
    sorted.past.reverse()
    return sorted
  })

  const found = computed(() => {
    const wanted = plain(query.value)
    return byShelf.value[shelf.value].filter((event) => plain(`${event.name} ${event.venue ?? ''}`).includes(wanted))
  })

  const months = computed(() => {
    const groups: { month: string; events: Event[] }[] = []
    for (const event of found.value) {
      const month = monthOf(event.startsAt, event.timezone)
      if (groups.at(-1)?.month !== month) groups.push({ month, events: [] })
      groups.at(-1)?.events.push(event)
    }
    return groups
  })

  return { query, byShelf, months }
}

/** Case and accents do not matter to somebody who searches. */
function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
    .trim()
}
