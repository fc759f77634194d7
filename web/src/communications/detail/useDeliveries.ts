import { computed, ref, shallowRef, watch, type Ref } from 'vue'
import type { Delivery } from '../../../../api/contract/delivery.ts'
import { call } from '../../api/client.ts'
import { useLoad } from '../../api/useLoad.ts'
import { usePace } from '../../live/pace.ts'
import { useLoadMore } from '../useLoadMore.ts'

/** One screenful and the next. */
const pageSize = 50
/** The most that one answer holds. */
const pageMax = 200
/** Two thousand guests are more than anybody scrolls through; what stands below them keeps what it said. */
const pagesFreshMax = 10
/** A large message changes many times a second; names jump at a person's pace. */
const readEveryMs = 3_000

export type OutcomeFilter = Delivery['status'] | 'all'

/** What became of each guest, page by page. Fresh numbers bring fresh rows, also where somebody has scrolled to. */
export function useDeliveries(
  where: () => { id: string; messageId: string },
  /** Turns into something else whenever rows may have changed. */
  changes: () => unknown,
  status: Ref<OutcomeFilter>,
) {
  const items = shallowRef<Delivery[]>([])
  const nextCursor = ref<string | null>(null)

  const ask = (cursor?: string, signal?: AbortSignal, limit = pageSize) =>
    call('GET /v1/events/{id}/messages/{messageId}/deliveries', {
      params: where(),
      query: { status: status.value === 'all' ? undefined : status.value, limit, cursor },
      signal,
    })

  let loads = 0
  let missed = false
  const { data, problem, slow, reload } = useLoad(
    async (signal) => {
      loads++
      try {
        const page = await ask(undefined, signal)
        items.value = page.items
        nextCursor.value = page.nextCursor
        return true
      } finally {
        loads--
        if (loads === 0 && missed) follow()
      }
    },
    [status, () => where().messageId],
  )

  /** The rows that are here, again, page after page. Which guests are asked for may change meanwhile; then the answer is nobody's. */
  async function freshen(): Promise<void> {
    const [asked, shown] = [JSON.stringify([where(), status.value]), items.value.length]
    const fresh: Delivery[] = []
    let cursor: string | null = null
    for (let pages = 0; pages < pagesFreshMax; pages++) {
      const wanted = pages === 0 ? Math.max(pageSize, shown) : shown - fresh.length
      const page = await ask(cursor ?? undefined, undefined, Math.min(pageMax, wanted))
      if (asked !== JSON.stringify([where(), status.value])) return
      // Somebody scrolled on meanwhile: what came with that is to be fresh, too.
      if (items.value.length !== shown) return freshen()
      fresh.push(...page.items)
      cursor = page.nextCursor
      if (cursor === null || fresh.length >= shown) break
    }
    const rest = items.value.slice(fresh.length)
    if (rest.length > 0 && cursor !== null) items.value = [...fresh, ...rest]
    else [items.value, nextCursor.value] = [fresh, cursor]
  }

  /** A first answer that is on its way may be older than the change, which may be the last one. */
  function follow(): void {
    missed = loads > 0
    // What could not be read at all waits for the page's own button.
    if (!missed && problem.value && !ready.value) return
    // The next change tries again; the page's own button tells what is wrong.
    if (!missed) void freshen().catch(() => {})
  }
  watch(changes, usePace(follow, readEveryMs))

  const more = useLoadMore(async () => {
    if (nextCursor.value === null) return
    const page = await ask(nextCursor.value)
    items.value = [...items.value, ...page.items]
    nextCursor.value = page.nextCursor
  })

  const ready = computed(() => data.value === true)
  const hasMore = computed(() => nextCursor.value !== null)
  return { items, ready, problem, slow, reload, hasMore, more }
}
