import { onScopeDispose, ref, shallowRef, watch, type WatchSource } from 'vue'
import { asProblem, type ApiProblem } from './problem.ts'

/** Shorter waits show nothing at all: a skeleton that flashes is worse than none. */
const skeletonAfterMs = 200

/** Something that is fetched: the latest question wins, and what was asked before is dropped. */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T>, sources: WatchSource[] = []) {
  const data = shallowRef<T>()
  const problem = shallowRef<ApiProblem>()
  const pending = ref(false)
  const slow = ref(false)
  let current: AbortController | undefined

  async function reload(): Promise<void> {
    current?.abort()
    const mine = (current = new AbortController())
    pending.value = true
    const timer = setTimeout(() => (slow.value = true), skeletonAfterMs)
    try {
      const answer = await load(mine.signal)
      if (mine !== current) return
      data.value = answer
      problem.value = undefined
    } catch (failure) {
      if (mine === current) problem.value = asProblem(failure)
    } finally {
      clearTimeout(timer)
      if (mine === current) pending.value = slow.value = false
    }
  }

  watch(sources, () => void reload(), { immediate: true })
  onScopeDispose(() => {
    const last = current
    current = undefined
    last?.abort()
  })
  return { data, problem, pending, slow, reload }
}
