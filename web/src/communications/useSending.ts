import { onScopeDispose } from 'vue'
import { call } from '../api/client.ts'
import { useLoad } from '../api/useLoad.ts'

/** An operator's hold lasts minutes at least, and nobody can act on it here. */
const lookEveryMs = 60_000

/** What keeps this event's mails from leaving though no host stopped them. Undefined until it is known. */
export function useSending(eventId: () => string) {
  const { data, reload } = useLoad(
    (signal) => call('GET /v1/events/{id}/sending', { params: { id: eventId() }, signal }),
    [eventId],
  )
  const timer = setInterval(() => void reload(), lookEveryMs)
  onScopeDispose(() => clearInterval(timer))
  return data
}
