import { onScopeDispose } from 'vue'

/** At once, and then at most this often: what comes in between is done together at the end of the pause, never lost. */
export function usePace(work: () => unknown, everyMs: number): () => void {
  let pause: ReturnType<typeof setTimeout> | undefined
  let again = false

  function go(): void {
    if (pause !== undefined) {
      again = true
      return
    }
    pause = setTimeout(() => {
      pause = undefined
      if (again) go()
    }, everyMs)
    again = false
    void work()
  }
  onScopeDispose(() => clearTimeout(pause))
  return go
}
