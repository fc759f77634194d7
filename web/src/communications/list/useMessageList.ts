import { computed, onScopeDispose, ref, watch } from 'vue'
import type { Message } from '../../../../api/contract/message.ts'
import { useLoad } from '../../api/useLoad.ts'
import { useMessages } from '../../stores/messages.ts'
import { tabs, type Tab } from '../tabs.ts'
import { useLoadMore } from '../useLoadMore.ts'

/** A pause in typing. */
const searchAfterMs = 250
/** Rows that are leaving move by themselves; this is for what colleagues write and cancel. */
const refreshMs = 60_000

/** The list beside the composer: three tabs, a search, and numbers that stay fresh. */
export function useMessageList(eventId: () => string, tab: () => Tab) {
  const messages = useMessages()
  const typed = ref('')
  const search = ref('')
  const status = ref<Message['status'] | 'all'>('all')

  let pause: ReturnType<typeof setTimeout> | undefined
  watch(typed, (query) => {
    clearTimeout(pause)
    pause = setTimeout(() => (search.value = query.trim()), searchAfterMs)
  })
  watch(tab, () => (status.value = 'all'))

  const filtered = computed(() => search.value !== '' || status.value !== 'all')
  const { problem, slow, reload } = useLoad(
    (signal) => {
      const wanted = status.value === 'all' ? undefined : status.value
      return messages.load(eventId(), { q: search.value || undefined, status: wanted }, signal)
    },
    [eventId, search, status],
  )

  const ready = computed(() => messages.loadedFor === eventId())
  const shown = computed(() => messages.inTab(eventId(), tab()))
  const counts = computed(() => Object.fromEntries(tabs.map((each) => [each, countOf(each)])) as Record<Tab, string>)
  const nothingAtAll = computed(
    () => ready.value && !filtered.value && tabs.every((each) => messages.inTab(eventId(), each).length === 0),
  )

  /** More than the first page: as many as are here, and a plus. */
  function countOf(each: Tab): string {
    return ready.value ? `${messages.inTab(eventId(), each).length}${messages.cursors[each] === null ? '' : '+'}` : ''
  }

  const timer = setInterval(() => {
    if (document.hidden || filtered.value || !ready.value) return
    // The next round tries again; what is wrong is told when somebody asks for something.
    messages.refresh(eventId()).catch(() => {})
  }, refreshMs)
  onScopeDispose(() => {
    clearInterval(timer)
    clearTimeout(pause)
  })

  const more = useLoadMore(() => messages.loadMore(tab()))
  const hasMore = computed(() => messages.cursors[tab()] !== null)

  return { typed, status, filtered, problem, slow, reload, ready, shown, counts, nothingAtAll, hasMore, more }
}
