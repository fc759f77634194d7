import { computed, ref, shallowRef } from 'vue'
import type { Guest } from '../../../../api/contract/guest.ts'
import { call } from '../../api/client.ts'
import { asProblem } from '../../api/problem.ts'
import { useLists } from '../../stores/lists.ts'

/** `reason`: why this guest is left out, in words. */
export type Person = { guestId: string; name: string; address: string | null; reason: string | null }
type Page = { people: Person[]; next: string | null }
type Ask = (cursor?: string, signal?: AbortSignal) => Promise<Page>

/** The names behind the number, page by page. */
export function useRecipients(eventId: () => string, audience: () => readonly string[]) {
  const lists = useLists()
  const people = shallowRef<Person[]>()
  const next = ref<string | null>(null)
  let ask: Ask = askServer

  async function load(signal: AbortSignal): Promise<void> {
    const first = await ask(undefined, signal).catch((failure: unknown) => {
      if (asProblem(failure).status !== 404) throw failure
      // A server from before this list: the guests with these answers, told from their own facts.
      ask = askGuests
      return ask(undefined, signal)
    })
    people.value = first.people
    next.value = first.next
  }

  async function loadMore(): Promise<void> {
    if (next.value === null) return
    const page = await ask(next.value)
    people.value = [...(people.value ?? []), ...page.people]
    next.value = page.next
  }

  async function askServer(cursor?: string, signal?: AbortSignal): Promise<Page> {
    const query = { audience: audience().join(','), limit: 50, cursor }
    const page = await call('GET /v1/events/{id}/messages/recipients', { params: { id: eventId() }, query, signal })
    const found = page.items.map(({ guestId, guestName, address, reason }) => ({
      guestId,
      name: guestName ?? address ?? 'Guest without a name',
      address,
      reason,
    }))
    return { people: found, next: page.nextCursor }
  }

  async function askGuests(cursor?: string, signal?: AbortSignal): Promise<Page> {
    const page = await call('GET /v1/events/{id}/guests', {
      params: { id: eventId() },
      query: { limit: 200, cursor },
      signal,
    })
    const statuses = lists.audiences.filter(({ key }) => audience().includes(key)).flatMap((one) => one.statuses)
    const wanted = (guest: Guest) => statuses.includes(guest.rsvpStatus)
    return { people: page.items.filter(wanted).map(personOf), next: page.nextCursor }
  }

  return { people, hasMore: computed(() => next.value !== null), load, loadMore }
}

function personOf({ id, name, email, unsubscribedAt }: Guest): Person {
  const reason = unsubscribedAt ? 'Unsubscribed' : email === null ? 'No e-mail address' : null
  return { guestId: id, name: name ?? email ?? 'Guest without a name', address: email, reason }
}
