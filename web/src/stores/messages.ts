import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { Message, MessageChange, NewMessage } from '../../../api/contract/message.ts'
import type { Metrics } from '../../../api/contract/metrics.ts'
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
  /** The latest live numbers of each message, and when they came. */
  const live = new Map<string, { metrics: Metrics; cameAt: number }>()

  function keep(message: Message): Message {
    const had = known.value[message.id]
    // An answer that was asked for before an edit may arrive after it; the older version must not win.
    if (had && had.version > message.version) return had
    known.value[message.id] = message
    return message
  }

  /** What was read, unless live numbers came while it was on its way: those are younger. */
  function keepRead(message: Message, askedAt: number): Message {
    const newer = live.get(message.id)
    return keep(newer && newer.cameAt >= askedAt ? { ...message, ...partOf(newer.metrics) } : message)
  }

  /** Numbers that arrived by themselves. True when they tell of a change whose reason only the message itself knows. */
  function takeMetrics(metrics: Metrics): boolean {
    const { id } = metrics.message
    live.set(id, { metrics, cameAt: performance.now() })
    const had = known.value[id]
    if (!had) return false
    const part = partOf(metrics)
    known.value[id] = { ...had, ...part }
    const isOnItsWay = part.status === 'sending' || part.reopened
    const saysNothing = isOnItsWay && JSON.stringify(had.counts) === JSON.stringify(part.counts)
    return saysNothing || facts(had) !== facts(part)
  }

  function list(messages: readonly Message[], askedAt = Infinity): void {
    for (const message of messages) keepRead(message, askedAt)
    listed.value = new Set([...listed.value, ...messages.map(({ id }) => id)])
  }

  /** All three tabs at once: their counts stand side by side. */
  async function load(id: string, wanted: MessageFilter, signal?: AbortSignal): Promise<void> {
    const askedAt = performance.now()
    const pages = await Promise.all(tabs.map((tab) => askPage(id, tab, wanted, undefined, signal)))
    filter = wanted
    loadedFor.value = id
    listed.value = new Set()
    for (const [index, tab] of tabs.entries()) {
      list(pages[index]?.items ?? [], askedAt)
      cursors.value[tab] = pages[index]?.nextCursor ?? null
    }
  }

  /** The first pages again, beside what was scrolled to: rows never vanish, they change tabs. */
  async function refresh(id: string): Promise<void> {
    const askedAt = performance.now()
    const pages = await Promise.all(tabs.map((tab) => askPage(id, tab, filter)))
    if (loadedFor.value === id)
      list(
        pages.flatMap(({ items }) => items),
        askedAt,
      )
  }

  async function loadMore(tab: Tab): Promise<void> {
    const cursor = cursors.value[tab]
    if (cursor === null) return
    const askedAt = performance.now()
    const page = await askPage(loadedFor.value, tab, filter, cursor)
    list(page.items, askedAt)
    cursors.value[tab] = page.nextCursor
  }

  const at = (message: Pick<Message, 'id' | 'eventId'>) => ({ id: message.eventId, messageId: message.id })

  async function open(id: string, messageId: string, signal?: AbortSignal): Promise<Message> {
    const askedAt = performance.now()
    const message = await call('GET /v1/events/{id}/messages/{messageId}', { params: { id, messageId }, signal })
    return keepRead(message, askedAt)
  }

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

  /** The same words again, to those who have not opened them. */
  async function resend(message: Message, idempotencyKey: string): Promise<Message> {
    const route = 'POST /v1/events/{id}/messages/{messageId}/resend'
    const again = await call(route, { params: at(message), body: {}, idempotencyKey })
    list([again])
    return again
  }

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
    resend,
    takeMetrics,
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

/** What live numbers know of a message. */
function partOf({ message, counts }: Metrics) {
  const { status, pausedAt, reopened, firedAt, finishedAt } = message
  return { status, pausedAt, reopened, firedAt, finishedAt, counts }
}

/** With these something changes that no number tells: why it ended or waits, and who needs a look. */
function facts({ status, pausedAt, reopened, counts }: Pick<Message, 'status' | 'pausedAt' | 'reopened' | 'counts'>) {
  return JSON.stringify([status, pausedAt, reopened, counts.unknown])
}

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
