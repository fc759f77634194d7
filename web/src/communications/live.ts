import { computed, onScopeDispose, ref, type Ref } from 'vue'
import type { Message } from '../../../api/contract/message.ts'
import { usePace } from '../live/pace.ts'
import { useMetrics } from '../live/useMetrics.ts'
import { useOnScreen } from '../live/useOnScreen.ts'
import { useMessages } from '../stores/messages.ts'
import { useNow } from '../time/useNow.ts'

/** Mails are delivered and opened long after the last one left. After a day the numbers hardly move. */
const watchedForMs = 24 * 3_600_000
/** A message whose time is this close may leave at any moment. */
const soonMs = 90_000
/** A large message changes many times a second; its reasons and its guests are read at a person's pace. */
const readEveryMs = 2_000

/** Being sent, sent again to some, or about to be sent. */
export function isLeaving({ status, reopened, undoUntil, sendAt }: Message, now: Date): boolean {
  if (status === 'sending' || reopened || undoUntil !== null) return true
  return status === 'scheduled' && sendAt !== null && Date.parse(sendAt) - now.getTime() < soonMs
}

/** Worth a line of its own on the page that shows it. */
export function isWatched(message: Message, now: Date): boolean {
  const { firedAt } = message
  return isLeaving(message, now) || (firedAt !== null && now.getTime() - Date.parse(firedAt) < watchedForMs)
}

/** One message in the store, kept as fresh as the server can; `while` says how long. */
export function useLiveMessage(message: () => Message, isActive: (message: Message, now: Date) => boolean) {
  const messages = useMessages()
  const now = useNow()
  const read = usePace(() => messages.open(message().eventId, message().id).catch(() => {}), readEveryMs)
  const active = computed(() => isActive(message(), now.value))
  return useMetrics(
    () => ({ eventId: message().eventId, messageId: message().id }),
    () => active.value,
    (metrics) => messages.takeMetrics(metrics) && read(),
  )
}

/** A row of the list: while it is leaving and can be seen, unless the page of that message keeps it fresh already. */
export function useLiveRow(message: () => Message, element: Ref<HTMLElement | null>, isOpen: () => boolean) {
  const onScreen = useOnScreen(element)
  useLiveMessage(message, (one, now) => onScreen.value && !isOpen() && isLeaving(one, now))
}

/** The open message: its numbers, where they come from, and a button to ask for them. */
export function useOpenMessage(message: () => Message) {
  const messages = useMessages()
  const channel = useLiveMessage(message, isWatched)
  const busy = ref(false)
  const failed = ref(false)
  let gone = false
  onScopeDispose(() => (gone = true))

  /** What a person asks for is asked for whole, and told when it fails. */
  async function refresh(): Promise<void> {
    if (busy.value) return
    busy.value = true
    const { eventId, id } = message()
    const asked = await Promise.allSettled([messages.open(eventId, id), channel.refresh()])
    busy.value = false
    failed.value = asked[0].status === 'rejected'
    if (!gone && !channel.isConnected.value) channel.reconnect()
  }
  // The first numbers do not wait for a line.
  channel.refresh().catch(() => {})

  return { ...channel, busy, failed, refresh }
}
