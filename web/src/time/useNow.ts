import { onScopeDispose, ref } from 'vue'

/** "in 7 days 20 h" changes once a minute at most. */
const tickMs = 30_000

/** The time, for words such as "in 5 min". */
export function useNow() {
  const now = ref(new Date())
  const timer = setInterval(() => (now.value = new Date()), tickMs)
  onScopeDispose(() => clearInterval(timer))
  return now
}
