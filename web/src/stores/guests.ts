import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { Guest, GuestChange, NewGuest } from '../../../api/contract/guest.ts'
import { call } from '../api/client.ts'
import { useEvents } from './events.ts'

export type GuestFilter = { status?: Guest['rsvpStatus']; tag?: string; q?: string }

/** One screenful and the next. */
const pageSize = 50

/** The guests of one event, as far as they were scrolled. */
export const useGuests = defineStore('guests', () => {
  const events = useEvents()
  const eventId = ref('')
  const items = shallowRef<Guest[]>([])
  const loaded = ref(false)
  const nextCursor = ref<string | null>(null)
  /** More than the first page is on the screen. */
  const scrolled = ref(false)
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
    scrolled.value = false
    loaded.value = true
    return page.items
  }

  async function loadMore(): Promise<void> {
    if (nextCursor.value === null) return
    const query = { ...filter, limit: pageSize, cursor: nextCursor.value }
    const page = await call('GET /v1/events/{id}/guests', { params: { id: eventId.value }, query })
    items.value = [...items.value, ...page.items]
    nextCursor.value = page.nextCursor
    scrolled.value = true
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
    ...{ items, loaded, nextCursor, scrolled, load, loadMore },
    ...{ add, change, remove, bouncedAt, tryAddressAgain, importCsv },
  }
})
