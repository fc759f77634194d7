import { computed } from 'vue'
import type { Message } from '../../../../api/contract/message.ts'
import { call } from '../../api/client.ts'
import { useLoad } from '../../api/useLoad.ts'
import { useReadAgain } from './useReadAgain.ts'

type Asking = { fired: () => boolean; changes: () => unknown; goesOn: () => boolean }

/** What happened when, for the charts. Undefined until it is known; without it the page has everything but charts. */
export function useTimeline(message: () => Message, { fired, changes, goesOn }: Asking) {
  const { data, reload } = useLoad(
    async (signal) => {
      if (!fired()) return undefined
      const params = { id: message().eventId, messageId: message().id }
      return call('GET /v1/events/{id}/messages/{messageId}/timeline', { params, signal })
    },
    [() => message().id, fired],
  )
  useReadAgain(reload, changes, goesOn)
  return computed(() => (data.value?.from && data.value.steps.length > 0 ? data.value : undefined))
}
