import type { RsvpStats } from '../../../api/contract/event.ts'
import { useEvents } from '../stores/events.ts'
import { useChannel } from './useChannel.ts'

/** The answers of an event's guests, as they come. */
export function useEventChannel(id: () => string) {
  const events = useEvents()
  return useChannel({
    path: () => `/realtime/events/${id()}`,
    onFrame: (frame) => {
      if (frame.type === 'event') events.takeStats(id(), frame.stats as RsvpStats)
    },
    poll: () => events.refreshStats(id()),
  })
}
