import { computed, onScopeDispose, ref, watch } from 'vue'
import type { Message } from '../../../../api/contract/message.ts'
import { useLoad } from '../../api/useLoad.ts'
import { useMessages } from '../../stores/messages.ts'
import { tabs, type Tab } from '../tabs.ts'
import { useLoadMore } from '../useLoadMore.ts'

/** A pause in typing. */
const searchAfterMs = 250
/** While something is leaving, its numbers move; otherwise once in a while is enough. */
const refreshWhileLeavingMs = 4_000
const refreshMs = 60_000
/** A message whose time is this close may turn into a sending one at any moment. */
const soonMs = 90_000

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

  const leaving = computed(() =>
    tabs.flatMap((each) => messages.inTab(eventId(), each)).some((message) => isLeaving(message, new Date())),
  )
  let asked = Date.now()
  const timer = setInterval(() => {
    const due = Date.now() - asked >= (leaving.value ? refreshWhileLeavingMs : refreshMs)
    if (!due || document.hidden || filtered.value || !ready.value) return
    asked = Date.now()
    // The next round tries again; what is wrong is told when somebody asks for something.
    messages.refresh(eventId()).catch(() => {})
  }, refreshWhileLeavingMs)
  onScopeDispose(() => {
    clearInterval(timer)
    clearTimeout(pause)
  })

  const more = useLoadMore(() => messages.loadMore(tab()))
  const hasMore = computed(() => messages.cursors[tab()] !== null)

  return { typed, status, filtered, problem, slow, reload, ready, shown, counts, nothingAtAll, hasMore, more }
}

function isLeaving({ status, sendAt }: Message, now: Date): boolean {
  if (status === 'sending') return true
  return status === 'scheduled' && sendAt !== null && Date.parse(sendAt) - now.getTime() < soonMs
}
