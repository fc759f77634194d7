import { computed, onScopeDispose, ref, watch } from 'vue'
import { call } from '../../api/client.ts'
import { useLoad } from '../../api/useLoad.ts'

/** Two chips pressed in a row ask once. */
const askAfterMs = 150

/** `resendOf`: of these only those who got that message and have not opened it, as the send will have it. */
type Asked = { audience: readonly string[]; kind?: 'notice'; resendOf?: string }

/**
 * How many would get it, asked again when the audience or the answers change. The last number stays while the next one is
 * on its way, and an answer to an older question is dropped.
 */
export function useRecipientCount(eventId: () => string, form: () => Asked, answers: () => unknown) {
  const audience = () => form().audience
  const asked = ref(audience().join(','))
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(
    () => audience().join(','),
    (keys) => {
      clearTimeout(timer)
      timer = setTimeout(() => (asked.value = keys), askAfterMs)
    },
  )
  onScopeDispose(() => clearTimeout(timer))

  const { data, problem, pending, reload } = useLoad(
    async (signal) => {
      if (asked.value === '') return undefined
      const { kind, resendOf } = form()
      return call('GET /v1/events/{id}/messages/recipient-count', {
        params: { id: eventId() },
        query: { audience: asked.value, kind, resendOf },
        signal,
      })
    },
    [asked, answers],
  )
  const chosen = computed(() => audience().length > 0)
  const count = computed(() => (chosen.value ? data.value?.count : undefined))
  return { counted: data, count, chosen, problem, pending, reload }
}
