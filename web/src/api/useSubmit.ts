import { ref, shallowRef } from 'vue'
import { newKey } from './client.ts'
import { asProblem, type ApiProblem } from './problem.ts'

/**
 * A form's way to the server. One at a time; typed text stays where it is when it fails.
 * While nobody answered, a repeat carries the same key, so that the second try cannot create a second thing.
 */
export function useSubmit<Args extends unknown[], T>(action: (key: string, ...args: Args) => Promise<T>) {
  const busy = ref(false)
  const problem = shallowRef<ApiProblem>()
  let key = newKey()

  async function submit(...args: Args): Promise<T | undefined> {
    if (busy.value) return undefined
    busy.value = true
    problem.value = undefined
    try {
      const answer = await action(key, ...args)
      key = newKey()
      return answer
    } catch (failure) {
      problem.value = asProblem(failure)
      if (problem.value.status !== 0) key = newKey()
      return undefined
    } finally {
      busy.value = false
    }
  }

  return { busy, problem, submit }
}
