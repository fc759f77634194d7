import { ref } from 'vue'
import type { Message } from '../../../../api/contract/message.ts'
import { call } from '../../api/client.ts'
import { byTab, tabs, type Tab } from '../../communications/tabs.ts'
import type { createKnown } from './known.ts'

type MessageFilter = { q?: string; status?: Message['status'] }

/** One screenful and the next. */
const pageSize = 50

/** The messages of one event, as far as they were scrolled. Which tab each belongs to follows from its status alone. */
export function createPages({ known, keepRead }: Pick<ReturnType<typeof createKnown>, 'known' | 'keepRead'>) {
  const listed = ref<ReadonlySet<string>>(new Set())
  const cursors = ref<Record<Tab, string | null>>({ scheduled: null, sent: null, cancelled: null })
  const loadedFor = ref('')
  let filter: MessageFilter = {}

  /** `askedAt`: when it was asked for; what the server has just made is younger than anything. */
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
    const messages = pages.flatMap(({ items }) => items)
    if (loadedFor.value === id) list(messages, askedAt)
  }

  async function loadMore(tab: Tab): Promise<void> {
    const cursor = cursors.value[tab]
    if (cursor === null) return
    const askedAt = performance.now()
    const page = await askPage(loadedFor.value, tab, filter, cursor)
    list(page.items, askedAt)
    cursors.value[tab] = page.nextCursor
  }

  /** In the order in which the server pages them. */
  const inTab = (id: string, tab: Tab): Message[] =>
    byTab(
      [...listed.value].flatMap((each) => known.value[each] ?? []).filter(({ eventId }) => eventId === id),
      tab,
    )

  return { cursors, loadedFor, list, load, refresh, loadMore, inTab }
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
