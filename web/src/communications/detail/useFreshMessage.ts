import { onScopeDispose, ref } from 'vue'
import type { Message } from '../../../../api/contract/message.ts'
import { useMessages } from '../../stores/messages.ts'

/** Often enough to see it move. */
const pollEveryMs = 2_000

/** Keeps the numbers of one message fresh while they move. Whoever has a live channel calls `refresh` from it instead. */
export function useFreshMessage(message: () => Message) {
  const messages = useMessages()
  const freshAt = ref(new Date())
  const failed = ref(false)
  const busy = ref(false)

  async function refresh(): Promise<void> {
    if (busy.value) return
    busy.value = true
    try {
      await messages.open(message().eventId, message().id)
      freshAt.value = new Date()
      failed.value = false
    } catch {
      failed.value = true
    } finally {
      busy.value = false
    }
  }

  const timer = setInterval(() => {
    if (isMoving(message()) && !document.hidden) void refresh()
  }, pollEveryMs)
  onScopeDispose(() => clearInterval(timer))

  return { freshAt, failed, busy, refresh }
}

/** On its way, or about to be. One that its provider holds up (its words are there) goes on without anybody's doing. */
export function isMoving({ status, reopened, undoUntil, pausedAt, pauseReply }: Message): boolean {
  const isHeldByHost = pausedAt !== null && pauseReply === null
  return ((status === 'sending' || reopened) && !isHeldByHost) || undoUntil !== null
}
