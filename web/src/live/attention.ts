import { onScopeDispose, ref } from 'vue'

/** Switching windows for a moment costs nothing; a tab that is forgotten holds no line. */
const forgottenAfterMs = 30_000

/** False for a tab that nobody has looked at for a while. It turns true at once when somebody comes back. */
export function useAttention() {
  const present = ref(!document.hidden)
  let leaving: ReturnType<typeof setTimeout> | undefined

  function look(): void {
    clearTimeout(leaving)
    if (document.hidden) leaving = setTimeout(() => (present.value = false), forgottenAfterMs)
    else present.value = true
  }
  document.addEventListener('visibilitychange', look)
  onScopeDispose(() => {
    clearTimeout(leaving)
    document.removeEventListener('visibilitychange', look)
  })
  return present
}
