import { computed, ref, shallowRef, watch, type Ref } from 'vue'
import type { Delivery } from '../../../../api/contract/message.ts'
import { call } from '../../api/client.ts'
import { useLoad } from '../../api/useLoad.ts'
import { useLoadMore } from '../useLoadMore.ts'

/** One screenful and the next. */
const pageSize = 50

export type OutcomeFilter = Delivery['status'] | 'all'

/** What became of each guest, page by page. Fresh numbers bring a fresh first page, and leave what was scrolled to. */
export function useDeliveries(
  where: () => { id: string; messageId: string },
  freshAt: () => unknown,
  status: Ref<OutcomeFilter>,
) {
  const items = shallowRef<Delivery[]>([])
  const nextCursor = ref<string | null>(null)
  const scrolled = ref(false)

  const ask = (cursor?: string, signal?: AbortSignal) =>
    call('GET /v1/events/{id}/messages/{messageId}/deliveries', {
      params: where(),
      query: { status: status.value === 'all' ? undefined : status.value, limit: pageSize, cursor },
      signal,
    })

  const { data, problem, slow, reload } = useLoad(
    async (signal) => {
      const page = await ask(undefined, signal)
      items.value = page.items
      nextCursor.value = page.nextCursor
      scrolled.value = false
      return true
    },
    [status, () => where().messageId],
  )
  watch(freshAt, () => {
    if (!scrolled.value) void reload()
  })

  const more = useLoadMore(async () => {
    if (nextCursor.value === null) return
    scrolled.value = true
    const page = await ask(nextCursor.value)
    items.value = [...items.value, ...page.items]
    nextCursor.value = page.nextCursor
  })

  const ready = computed(() => data.value === true)
  const hasMore = computed(() => nextCursor.value !== null)
  return { items, ready, problem, slow, reload, hasMore, more }
}
