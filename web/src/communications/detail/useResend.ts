import { computed, onScopeDispose, watch } from 'vue'
import type { Message } from '../../../../api/contract/message.ts'
import type { Uplift } from '../../../../api/contract/metrics.ts'
import { call } from '../../api/client.ts'
import { useLoad } from '../../api/useLoad.ts'
import { usePace } from '../../live/pace.ts'
import { useMessages } from '../../stores/messages.ts'
import { useNow } from '../../time/useNow.ts'
import { firstOf, mayBeResent, whyNot } from './resend.ts'

/** Opens come one by one; the button's count may be this old. */
const readEveryMs = 15_000
/** A timer cannot wait longer than 24.8 days, and nothing here waits longer than one. */
const timerMaxMs = 24 * 3_600_000

/** Whether a message may go out again to those who have not opened it, or what that brought. */
export function useResend(message: () => Message, own: () => Uplift | undefined, changes: () => unknown) {
  const messages = useMessages()
  const now = useNow()

  const { data: offer, reload } = useLoad(
    async (signal) => {
      if (!mayBeResent(message())) return undefined
      const params = { id: message().eventId, messageId: message().id }
      return call('GET /v1/events/{id}/messages/{messageId}/resend', { params, signal })
    },
    [() => message().id],
  )
  watch(changes, usePace(reload, readEveryMs))
  let opening: ReturnType<typeof setTimeout> | undefined
  watch(offer, (known) => {
    clearTimeout(opening)
    const ms = known?.availableAt ? Date.parse(known.availableAt) - Date.now() : 0
    if (ms > 0 && ms < timerMaxMs) opening = setTimeout(() => void reload(), ms + 1_000)
  })
  onScopeDispose(() => clearTimeout(opening))

  const first = computed(() => firstOf(message()))
  /** The second message, beside its first: as the offer tells, or as the list knows. */
  const second = computed(() => {
    const found = Object.values(messages.known).find(
      (one) => firstOf(one) === message().id && one.status !== 'cancelled',
    )
    const id = offer.value?.resentAs ?? found?.id
    return id === undefined ? undefined : { id, message: messages.known[id] }
  })
  const { data: brought } = useLoad(
    async (signal) => {
      if (!second.value) return undefined
      const params = { id: message().eventId, messageId: second.value.id }
      return (await call('GET /v1/events/{id}/messages/{messageId}/metrics', { params, signal })).uplift
    },
    [() => second.value?.id, () => second.value?.message?.counts.opened],
  )

  const reason = computed(() => offer.value && whyNot(offer.value, now.value))
  /** Beside either of the two messages the same sentence. */
  const uplift = computed(() => own() ?? brought.value)
  return { offer, reason, first, second, uplift, reload }
}
