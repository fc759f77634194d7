import { ref, shallowRef } from 'vue'
import { newKey } from './client.ts'
import { asProblem, type ApiProblem } from './problem.ts'

/**
 * A form's way to the server. One at a time; typed text stays where it is when it fails.
 * While nobody answered, a repeat carries the same key, so that the second try cannot create a second thing; the server
 * refuses one key for two different requests, so an edited text gets a key of its own.
 */
export function useSubmit<Args extends unknown[], T>(
  action: (key: string, ...args: Args) => Promise<T>,
  typed = () => '',
) {
  const busy = ref(false)
  const problem = shallowRef<ApiProblem>()
  let key = newKey()
  let keyIsFor = typed()

  async function submit(...args: Args): Promise<T | undefined> {
    if (busy.value) return undefined
    busy.value = true
    const unanswered = problem.value?.status === 0 && keyIsFor === typed()
    if (!unanswered) key = newKey()
    keyIsFor = typed()
    problem.value = undefined
    try {
      return await action(key, ...args)
    } catch (failure) {
      problem.value = asProblem(failure)
      return undefined
    } finally {
      busy.value = false
    }
  }

  return { busy, problem, submit }
}
