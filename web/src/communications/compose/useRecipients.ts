import { computed, ref, shallowRef } from 'vue'
import type { Recipient } from '../../../../api/contract/delivery.ts'
import { call } from '../../api/client.ts'
import { whomAsQuery, type Whom } from './useRecipientCount.ts'

/** One screenful and the next. */
const pageSize = 50

/** The names behind the number, those who are left out with the reason. */
export function useRecipients(eventId: () => string, whom: () => Whom) {
  const people = shallowRef<Recipient[]>()
  const nextCursor = ref<string | null>(null)

  async function load(signal?: AbortSignal, cursor?: string): Promise<void> {
    const query = { ...whomAsQuery(whom()), limit: pageSize, cursor }
    const page = await call('GET /v1/events/{id}/messages/recipients', { params: { id: eventId() }, query, signal })
    people.value = cursor === undefined ? page.items : [...(people.value ?? []), ...page.items]
    nextCursor.value = page.nextCursor
  }

  const loadMore = () => (nextCursor.value === null ? Promise.resolve() : load(undefined, nextCursor.value))

  return { people, hasMore: computed(() => nextCursor.value !== null), load, loadMore }
}

export function nameOf({ name, email }: Recipient): string {
  return name ?? email ?? 'Guest without a name'
}
