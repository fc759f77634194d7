import { computed, onScopeDispose, ref, watch } from 'vue'
import { call } from '../../api/client.ts'
import { useLoad } from '../../api/useLoad.ts'

/** Two chips pressed in a row ask once. */
const askAfterMs = 150

/**
 * Whom a message is for, and what decides who of them is left out: its kind, and when it goes, if not now. `resendOf`: of these only those
 * who got that message and have not opened it, as the send will have it.
 */
export type Whom = {
  audience: readonly string[]
  kind?: 'notice' | 'reminder'
  sendAt?: string
  resendOf?: string
}

/** The same as the routes of the count and of the names take it. */
export function whomAsQuery({ audience, ...rest }: Whom) {
  return { audience: audience.join(','), ...rest }
}

/**
 * How many would get it, asked again when the audience, the time or the answers change. The last number stays while the next one is
 * on its way, and an answer to an older question is dropped.
 */
export function useRecipientCount(eventId: () => string, whom: () => Whom, answers: () => unknown) {
  const question = () => whomAsQuery(whom())
  const asked = ref(question())
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(
    () => JSON.stringify(question()),
    () => {
      clearTimeout(timer)
      timer = setTimeout(() => (asked.value = question()), askAfterMs)
    },
  )
  onScopeDispose(() => clearTimeout(timer))

  const { data, problem, pending, reload } = useLoad(
    async (signal) => {
      if (asked.value.audience === '') return undefined
      const params = { id: eventId() }
      return call('GET /v1/events/{id}/messages/recipient-count', { params, query: asked.value, signal })
    },
    [asked, answers],
  )
  const chosen = computed(() => whom().audience.length > 0)
  const count = computed(() => (chosen.value ? data.value?.count : undefined))
  return { counted: data, count, chosen, problem, pending, reload }
}
