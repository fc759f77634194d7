import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { Guest, GuestChange, NewGuest } from '../../../api/contract/guest.ts'
import { call } from '../api/client.ts'
import { useEvents } from './events.ts'

export type GuestFilter = { status?: Guest['rsvpStatus']; tag?: string; q?: string }

/** One screenful and the next. */
const pageSize = 50
/** The most that one answer holds. */
const pageMax = 200
/** As long as an eye needs to find what has changed. */
const markedForMs = 4_000

/** The guests of one event, as far as they were scrolled. */
export const useGuests = defineStore('guests', () => {
  const events = useEvents()
  const eventId = ref('')
  const items = shallowRef<Guest[]>([])
  const loaded = ref(false)
  const nextCursor = ref<string | null>(null)
  let filter: GuestFilter = {}

  async function load(id: string, wanted: GuestFilter, signal?: AbortSignal): Promise<Guest[]> {
    if (id !== eventId.value) {
      items.value = []
      loaded.value = false
    }
    eventId.value = id
    const query = { ...wanted, limit: pageSize }
    const page = await call('GET /v1/events/{id}/guests', { params: { id }, query, signal })
    filter = wanted
    items.value = page.items
    nextCursor.value = page.nextCursor
    loaded.value = true
    return page.items
  }

  async function loadMore(): Promise<void> {
    if (nextCursor.value === null) return
    const query = { ...filter, limit: pageSize, cursor: nextCursor.value }
    const page = await call('GET /v1/events/{id}/guests', { params: { id: eventId.value }, query })
    items.value = [...items.value, ...page.items]
    nextCursor.value = page.nextCursor
  }

  /** Guests who have just changed by themselves. */
  const changed = shallowRef<ReadonlySet<string>>(new Set())
  let marking: ReturnType<typeof setTimeout> | undefined

  /** The rows that are on the screen, again: what changed is marked, and nothing else moves. */
  async function freshen(id: string): Promise<Guest[]> {
    const [wanted, before] = [filter, items.value]
    const limit = Math.min(pageMax, Math.max(pageSize, before.length))
    const page = await call('GET /v1/events/{id}/guests', { params: { id }, query: { ...wanted, limit } })
    // Somebody looked for others meanwhile, or changed one: their rows are younger.
    if (eventId.value !== id || filter !== wanted || items.value !== before) return []
    const rest = before.slice(page.items.length)
    const isCut = rest.length > 0 && page.nextCursor !== null
    items.value = isCut ? [...page.items, ...without(rest, page.items)] : page.items
    if (!isCut) nextCursor.value = page.nextCursor
    const moved = page.items.filter((guest) => isNews(guest, before))
    mark(moved)
    return moved
  }

  function mark(guests: readonly Guest[]): void {
    if (guests.length === 0) return
    changed.value = new Set(guests.map(({ id }) => id))
    clearTimeout(marking)
    marking = setTimeout(() => (changed.value = new Set()), markedForMs)
  }

  /** The cards' numbers, after a change of ours. They matter less than the change: a failure here is not the host's. */
  const recount = (id: string) => void events.refreshStats(id).catch(() => {})

  async function add(id: string, body: NewGuest, idempotencyKey: string): Promise<Guest> {
    const guest = await call('POST /v1/events/{id}/guests', { params: { id }, body, idempotencyKey })
    items.value = [guest, ...items.value]
    recount(id)
    return guest
  }

  async function change(id: string, guestId: string, body: GuestChange, version?: number): Promise<Guest> {
    const params = { id, guestId }
    const guest = await call('PATCH /v1/events/{id}/guests/{guestId}', { params, body, version })
    items.value = items.value.map((known) => (known.id === guest.id ? guest : known))
    recount(id)
    return guest
  }

  async function remove(id: string, guestId: string): Promise<void> {
    await call('DELETE /v1/events/{id}/guests/{guestId}', { params: { id, guestId } })
    items.value = items.value.filter((guest) => guest.id !== guestId)
    recount(id)
  }

  /** Since when mails to the guest's address are given up. */
  async function bouncedAt(id: string, guestId: string): Promise<string | null> {
    const guest = await call('GET /v1/events/{id}/guests/{guestId}', { params: { id, guestId } })
    return guest.bouncedAt ?? null
  }

  async function tryAddressAgain(id: string, guestId: string): Promise<void> {
    await call('DELETE /v1/events/{id}/guests/{guestId}/suppression', { params: { id, guestId } })
  }

  async function importCsv(id: string, csv: Blob | string, dryRun: boolean, idempotencyKey?: string) {
    const body = { csv }
    const route = 'POST /v1/events/{id}/guests/import'
    const report = await call(route, { params: { id }, query: { dryRun }, body, idempotencyKey })
    if (!dryRun) recount(id)
    return report
  }

  return {
    ...{ items, loaded, nextCursor, changed, load, loadMore, freshen },
    ...{ add, change, remove, bouncedAt, tryAddressAgain, importCsv },
  }
})

function without(guests: readonly Guest[], others: readonly Guest[]): Guest[] {
  const known = new Set(others.map(({ id }) => id))
  return guests.filter(({ id }) => !known.has(id))
}

/** A row that was not here, or that says something else. */
function isNews(guest: Guest, before: readonly Guest[]): boolean {
  const was = before.find(({ id }) => id === guest.id)
  return was === undefined || saysOf(was) !== saysOf(guest)
}

const saysOf = ({ rsvpStatus, partySize, respondedAt, unsubscribedAt, name, email }: Guest) =>
  JSON.stringify([rsvpStatus, partySize, respondedAt, unsubscribedAt, name, email])
