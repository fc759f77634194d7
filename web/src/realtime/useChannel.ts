import { computed, onScopeDispose, ref } from 'vue'
import { openSocket } from '../api/client.ts'
import type { LiveState } from '../ui/LiveDot.vue'

/** The first repeat comes at once for a person, the tenth does not press a server that is coming up. */
const firstRetryMs = 1_000
const lastRetryMs = 30_000
/** Proxies close silent connections after a minute. */
const pingEveryMs = 25_000
/** What hosts see while the channel is away. */
const pollEveryMs = 5_000
/** Half a second without a channel is nothing to talk about. */
const failuresUntilPolling = 2

type Options = {
  path: () => `/realtime/${string}`
  onFrame: (frame: { type: string } & Record<string, unknown>) => void
  /** Asked every five seconds while the channel is away, and once when it comes back: nothing that happened meanwhile is lost. */
  poll: () => Promise<unknown>
}

/** A live channel that comes back by itself, and numbers every five seconds until it does. */
export function useChannel({ path, onFrame, poll }: Options) {
  const open = ref(false)
  const failures = ref(0)
  const freshAt = ref(new Date())
  let socket: WebSocket | undefined
  let stopped = false
  let retry: ReturnType<typeof setTimeout> | undefined

  const state = computed<LiveState>(() =>
    open.value ? 'live' : failures.value >= failuresUntilPolling ? 'polling' : 'connecting',
  )

  function connect(): void {
    if (stopped) return
    socket = openSocket(path())
    socket.addEventListener('open', () => {
      if (failures.value > 0) void askOnce()
      open.value = true
      failures.value = 0
    })
    socket.addEventListener('message', ({ data }) => {
      freshAt.value = new Date()
      onFrame(JSON.parse(String(data)))
    })
    socket.addEventListener('close', () => {
      open.value = false
      failures.value++
      const wait = Math.min(firstRetryMs * 2 ** (failures.value - 1), lastRetryMs)
      retry = setTimeout(connect, wait * (0.5 + Math.random() / 2))
    })
  }

  async function askOnce(): Promise<void> {
    try {
      await poll()
      freshAt.value = new Date()
    } catch {
      // The page's own calls tell what is wrong; this one only keeps numbers fresh.
    }
  }

  connect()
  const pings = setInterval(() => {
    if (open.value) socket?.send(JSON.stringify({ type: 'ping' }))
  }, pingEveryMs)
  const polls = setInterval(() => {
    if (state.value === 'polling' && !document.hidden) void askOnce()
  }, pollEveryMs)

  onScopeDispose(() => {
    stopped = true
    clearTimeout(retry)
    clearInterval(pings)
    clearInterval(polls)
    socket?.close()
  })
  return { state, freshAt }
}
