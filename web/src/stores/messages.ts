import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { Message, MessageChange, NewMessage } from '../../../api/contract/message.ts'
import { call } from '../api/client.ts'
import { byTab, tabs, type Tab } from '../communications/tabs.ts'

export type MessageFilter = { q?: string; status?: Message['status'] }

/** What becomes of those of whom nobody knows whether they got it. */
export type Resolution = { deliveries: string[] | 'all'; as: 'resend' | 'leave' }

/** One screenful and the next. */
const pageSize = 50

/** The messages of one event, as far as they were scrolled. Which tab each belongs to follows from its status alone. */
export const useMessages = defineStore('messages', () => {
  const known = ref<Record<string, Message>>({})
  const listed = ref<ReadonlySet<string>>(new Set())
  const cursors = ref<Record<Tab, string | null>>(noCursors())
  const loadedFor = ref('')
  let filter: MessageFilter = {}

  function keep(message: Message): Message {
    const had = known.value[message.id]
    // An answer that was asked for before an edit may arrive after it; the older version must not win.
    if (had && had.version > message.version) return had
    known.value[message.id] = message
    return message
  }

  function list(messages: readonly Message[]): void {
    for (const message of messages) keep(message)
    listed.value = new Set([...listed.value, ...messages.map(({ id }) => id)])
  }

  /** All three tabs at once: their counts stand side by side. */
  async function load(id: string, wanted: MessageFilter, signal?: AbortSignal): Promise<void> {
    const pages = await Promise.all(tabs.map((tab) => askPage(id, tab, wanted, undefined, signal)))
    filter = wanted
    loadedFor.value = id
    listed.value = new Set()
    for (const [index, tab] of tabs.entries()) {
      list(pages[index]?.items ?? [])
      cursors.value[tab] = pages[index]?.nextCursor ?? null
    }
  }

  /** The first pages again, beside what was scrolled to: rows never vanish, they change tabs. */
  async function refresh(id: string): Promise<void> {
    const pages = await Promise.all(tabs.map((tab) => askPage(id, tab, filter)))
    if (loadedFor.value === id) list(pages.flatMap(({ items }) => items))
  }

  async function loadMore(tab: Tab): Promise<void> {
    const cursor = cursors.value[tab]
    if (cursor === null) return
    const page = await askPage(loadedFor.value, tab, filter, cursor)
    list(page.items)
    cursors.value[tab] = page.nextCursor
  }

  const at = (message: Pick<Message, 'id' | 'eventId'>) => ({ id: message.eventId, messageId: message.id })

  const open = async (id: string, messageId: string, signal?: AbortSignal) =>
    keep(await call('GET /v1/events/{id}/messages/{messageId}', { params: { id, messageId }, signal }))

  async function create(id: string, body: NewMessage, idempotencyKey: string): Promise<Message> {
    const created = await call('POST /v1/events/{id}/messages', { params: { id }, body, idempotencyKey })
    list([created])
    return created
  }

  /** Refused with 412 when somebody else was faster; without a version, whatever stands there is replaced. */
  const change = async (message: Pick<Message, 'id' | 'eventId'>, body: MessageChange, version?: number) =>
    keep(await call('PATCH /v1/events/{id}/messages/{messageId}', { params: at(message), body, version }))

  const sendNow = async (message: Message, idempotencyKey: string) =>
    keep(
      await call('POST /v1/events/{id}/messages/{messageId}/send-now', {
        params: at(message),
        body: {},
        idempotencyKey,
      }),
    )

  /** Takes a send-now back while its window is open; the text is as it was. */
  const undoSend = (message: Message) => change(message, { mode: 'draft' })

  async function cancel(message: Message): Promise<Message> {
    await call('DELETE /v1/events/{id}/messages/{messageId}', { params: at(message) })
    return open(message.eventId, message.id)
  }

  const stop = async (message: Message, discard: boolean) =>
    keep(await call('POST /v1/events/{id}/messages/{messageId}/stop', { params: at(message), body: { discard } }))

  const resume = async (message: Message) =>
    keep(await call('POST /v1/events/{id}/messages/{messageId}/resume', { params: at(message), body: {} }))

  const retryFailed = async (message: Message, guests: string[] | 'all', idempotencyKey: string) =>
    keep(
      await call('POST /v1/events/{id}/messages/{messageId}/retry-failed', {
        ...{ params: at(message), idempotencyKey },
        body: guests === 'all' ? {} : { guests },
      }),
    )

  const resolve = async (message: Message, body: Resolution, idempotencyKey: string) =>
    keep(await call('POST /v1/events/{id}/messages/{messageId}/resolve', { params: at(message), body, idempotencyKey }))

  const sendTest = (message: Message) =>
    call('POST /v1/events/{id}/messages/{messageId}/test-send', { params: at(message), body: {} })

  /** In the order in which the server pages them. */
  const inTab = (id: string, tab: Tab): Message[] =>
    byTab(
      [...listed.value].flatMap((each) => known.value[each] ?? []).filter(({ eventId }) => eventId === id),
      tab,
    )

  return {
    known,
    loadedFor,
    cursors,
    load,
    refresh,
    loadMore,
    open,
    create,
    change,
    sendNow,
    undoSend,
    cancel,
    stop,
    resume,
    retryFailed,
    resolve,
    sendTest,
    inTab,
  }
})

function askPage(id: string, tab: Tab, filter: MessageFilter, cursor?: string, signal?: AbortSignal) {
  // A status belongs to one tab; the others answer as if it had not been asked for.
  const status = filter.status && byTab([{ status: filter.status }], tab).length > 0 ? filter.status : undefined
  return call('GET /v1/events/{id}/messages', {
    params: { id },
    query: { tab, q: filter.q, status, limit: pageSize, cursor },
    signal,
  })
}

function noCursors(): Record<Tab, string | null> {
  return { scheduled: null, sent: null, cancelled: null }
}
