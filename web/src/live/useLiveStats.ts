import { ref } from 'vue'
import type { RsvpStats } from '../../../api/contract/event.ts'
import { call } from '../api/client.ts'
import { socketAt } from '../api/doors.ts'
import { useEvents } from '../stores/events.ts'
import { useChannel } from './useChannel.ts'

/** Keeps the answers of an event fresh while somebody looks at it. */
export function useLiveStats(eventId: () => string) {
  const events = useEvents()
  /** How often somebody may have answered. Equal numbers can be two answers that cancel each other out. */
  const answered = ref(0)
  const channel = useChannel<RsvpStats>({
    id: eventId,
    isActive: () => true,
    doors: (id) => [socketAt(`/realtime/events/${id}`)],
    read: (frame) =>
      frame.type === 'event' && typeof frame.stats === 'object'
        ? { value: frame.stats as RsvpStats, at: typeof frame.at === 'string' ? frame.at : undefined }
        : undefined,
    ask: async (id, signal) => ({
      value: await call('GET /v1/events/{id}/stats', { params: { id }, signal }),
      at: undefined,
    }),
    take: (stats) => {
      answered.value++
      events.takeStats(eventId(), stats)
    },
  })
  return { answered, ...channel }
}

export type LiveStats = ReturnType<typeof useLiveStats>
