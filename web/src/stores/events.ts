import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { Event, EventChange, NewEvent, RsvpStats } from '../../../api/contract/event.ts'
import { call } from '../api/client.ts'

/** Ten full pages: two thousand events are more than anybody scrolls, and search reaches the rest. */
const pagesMax = 10

export const useEvents = defineStore('events', () => {
  const list = ref<Event[]>()
  const byId = ref<Record<string, Event>>({})

  function keep(event: Event): Event {
    byId.value[event.id] = event
    list.value = list.value?.map((known) => (known.id === event.id ? event : known))
    return event
  }

  async function loadList(signal?: AbortSignal): Promise<Event[]> {
    const found: Event[] = []
    let cursor: string | undefined
    for (let pageNumber = 0; pageNumber < pagesMax; pageNumber++) {
      const page = await call('GET /v1/events', { query: { limit: 200, cursor }, signal })
      found.push(...page.items)
      if (page.nextCursor === null) break
      cursor = page.nextCursor
    }
    list.value = found
    for (const event of found) byId.value[event.id] = event
    return found
  }

  const open = async (id: string, signal?: AbortSignal) =>
    keep(await call('GET /v1/events/{id}', { params: { id }, signal }))

  async function create(event: NewEvent, idempotencyKey: string): Promise<Event> {
    const created = await call('POST /v1/events', { body: event, idempotencyKey })
    list.value = undefined
    return keep(created)
  }

  /** What a change would do, before it is done. */
  const preview = (id: string, body: EventChange) =>
    call('PATCH /v1/events/{id}', { params: { id }, query: { dryRun: true }, body })

  async function change(id: string, body: EventChange, version?: number) {
    const edited = await call('PATCH /v1/events/{id}', { params: { id }, body, version })
    keep(edited)
    return edited
  }

  const cancel = async (id: string) => keep(await call('POST /v1/events/{id}/cancel', { params: { id }, body: {} }))

  async function duplicate(id: string, idempotencyKey?: string): Promise<Event> {
    const copy = await call('POST /v1/events/{id}/duplicate', { params: { id }, body: {}, idempotencyKey })
    list.value = undefined
    return keep(copy)
  }

  async function remove(id: string): Promise<void> {
    await call('DELETE /v1/events/{id}', { params: { id } })
    list.value = list.value?.filter((event) => event.id !== id)
  }

  /** Forgets an event that is gone, once no page shows it any more. */
  function drop(id: string): void {
    delete byId.value[id]
  }

  /** Numbers that arrived by themselves, from the live channel or beside another answer. */
  function takeStats(id: string, stats: RsvpStats): void {
    const event = byId.value[id]
    if (event) keep({ ...event, stats })
  }

  const refreshStats = async (id: string) => takeStats(id, await call('GET /v1/events/{id}/stats', { params: { id } }))

  return {
    list,
    byId,
    loadList,
    open,
    create,
    preview,
    change,
    cancel,
    duplicate,
    remove,
    drop,
    takeStats,
    refreshStats,
  }
})
