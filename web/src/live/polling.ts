import { ref } from 'vue'
import { asProblem, type ApiProblem } from '../api/problem.ts'
import type { createLatest } from './latest.ts'

const pollEveryMs = 5_000
/** No live numbers after this long: they are asked for meanwhile. */
const patienceMs = 5_000

type Asking = Pick<ReturnType<typeof createLatest>, 'refresh' | 'isAsking' | 'stopAsking'>

/** Asks for the numbers again and again, for as long as nobody brings them. */
export function createPolling(latest: Asking, failed: (problem: ApiProblem) => void) {
  const isPolling = ref(false)
  let patience: ReturnType<typeof setTimeout> | undefined
  let next: ReturnType<typeof setTimeout> | undefined

  /** Begins unless it is stopped before. */
  function startSoon(): void {
    clearTimeout(patience)
    patience = setTimeout(start, patienceMs)
  }

  function start(): void {
    clearTimeout(patience)
    if (isPolling.value) return
    isPolling.value = true
    void poll()
  }

  async function poll(): Promise<void> {
    next = setTimeout(() => void poll(), pollEveryMs)
    if (latest.isAsking()) return
    await latest.refresh().catch((failure: unknown) => failed(asProblem(failure)))
  }

  function stop(): void {
    clearTimeout(patience)
    clearTimeout(next)
    if (isPolling.value) latest.stopAsking()
    isPolling.value = false
  }

  return { isPolling, startSoon, start, stop }
}
