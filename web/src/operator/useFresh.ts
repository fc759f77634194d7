import { onScopeDispose } from 'vue'
import { useLoad } from '../api/useLoad.ts'

/** Somebody who looks for a fault wants to see it go away. */
const readEveryMs = 10_000

/** Something of the operator's page, read again while the page is looked at. */
export function useFresh<T>(load: (signal: AbortSignal) => Promise<T>) {
  const loaded = useLoad(load)
  const timer = setInterval(() => {
    if (!document.hidden && !loaded.pending.value && !(loaded.problem.value && !loaded.problem.value.passing))
      void loaded.reload()
  }, readEveryMs)
  onScopeDispose(() => clearInterval(timer))
  return loaded
}
