import { computed } from 'vue'
import type { Message } from '../../../../api/contract/message.ts'
import { call } from '../../api/client.ts'
import { useLoad } from '../../api/useLoad.ts'
import { number } from '../words.ts'
import { useReadAgain } from './useReadAgain.ts'

type Asking = { changes: () => unknown; goesOn: () => boolean }

/** "23 already mailed as often as is allowed, 2 without an address": the first question about guests who were skipped. */
export function useSkips(message: () => Message, { changes, goesOn }: Asking) {
  const some = () => message().counts.skipped > 0
  const { data, reload } = useLoad(
    async (signal) => {
      if (!some()) return []
      const params = { id: message().eventId, messageId: message().id }
      return (await call('GET /v1/events/{id}/messages/{messageId}/skips', { params, signal })).items
    },
    [() => message().id, some],
  )
  useReadAgain(reload, changes, goesOn)
  return computed(() => data.value?.map(({ count, words }) => `${number(count)} ${words}`).join(', ') || undefined)
}
