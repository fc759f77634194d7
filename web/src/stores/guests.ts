import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { Guest, GuestChange, NewGuest } from '../../../api/contract/guest.ts'
import { call } from '../api/client.ts'

export type GuestFilter = { status?: Guest['rsvpStatus']; tag?: string; q?: string }

/** One screenful and the next. */
const pageSize = 50

/** The guests of one event, as far as they were scrolled. */
export const useGuests = defineStore('guests', () => {
  const eventId = ref('')
  const items = shallowRef<Guest[]>([])
  const nextCursor = ref<string | null>(null)
  let filter: GuestFilter = {}

  async function load(id: string, wanted: GuestFilter, signal?: AbortSignal): Promise<Guest[]> {
    const page = await call('GET /v1/events/{id}/guests', {
      params: { id },
      query: { ...wanted, limit: pageSize },
      signal,
    })
    eventId.value = id
    filter = wanted
    items.value = page.items
    nextCursor.value = page.nextCursor
    return page.items
  }

  async function loadMore(): Promise<void> {
    if (nextCursor.value === null) return
    const page = await call('GET /v1/events/{id}/guests', {
      params: { id: eventId.value },
      query: { ...filter, limit: pageSize, cursor: nextCursor.value },
    })
    items.value = [...items.value, ...page.items]
    nextCursor.value = page.nextCursor
  }

  async function add(id: string, body: NewGuest, idempotencyKey: string): Promise<Guest> {
    const guest = await call('POST /v1/events/{id}/guests', { params: { id }, body, idempotencyKey })
    items.value = [guest, ...items.value]
    return guest
  }

  async function change(id: string, guestId: string, body: GuestChange, version?: number): Promise<Guest> {
    const guest = await call('PATCH /v1/events/{id}/guests/{guestId}', { params: { id, guestId }, body, version })
    items.value = items.value.map((known) => (known.id === guest.id ? guest : known))
    return guest
  }

  async function remove(id: string, guestId: string): Promise<void> {
    await call('DELETE /v1/events/{id}/guests/{guestId}', { params: { id, guestId } })
    items.value = items.value.filter((guest) => guest.id !== guestId)
  }

  const importCsv = (id: string, csv: Blob | string, dryRun: boolean, idempotencyKey?: string) =>
    call('POST /v1/events/{id}/guests/import', { params: { id }, query: { dryRun }, body: { csv }, idempotencyKey })

  return { items, nextCursor, load, loadMore, add, change, remove, importCsv }
})
