import { onScopeDispose } from 'vue'
import { useEvents } from '../stores/events.ts'

/** Answers come in one by one over days; a host who watches sees each within this time. */
const askEveryMs = 10_000

/** Keeps the answers of an event fresh while somebody looks at it. */
export function useFreshStats(id: () => string) {
  const events = useEvents()
  async function ask() {
    if (document.hidden) return
    // The page's own calls tell what is wrong; this one only keeps numbers fresh.
    await events.refreshStats(id()).catch(() => {})
  }
  const timer = setInterval(() => void ask(), askEveryMs)
  document.addEventListener('visibilitychange', ask)
  onScopeDispose(() => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', ask)
  })
}
