import { ref } from 'vue'
import { asProblem } from '../api/problem.ts'
import { useToasts } from '../stores/toasts.ts'

/** A page further; what was there stays when it fails. */
export function useLoadMore(load: () => Promise<void>) {
  const toasts = useToasts()
  const busy = ref(false)
  async function go(): Promise<void> {
    if (busy.value) return
    busy.value = true
    await load()
      .catch((failure: unknown) => toasts.show(asProblem(failure).message, { tone: 'bad' }))
      .finally(() => (busy.value = false))
  }
  return { busy, go }
}
