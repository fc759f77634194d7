import { shallowRef } from 'vue'
import type { Metrics } from '../../../api/contract/metrics.ts'
import { call } from '../api/client.ts'
import { socketAt, streamOf } from '../api/doors.ts'
import { useChannel } from './useChannel.ts'

/** How a message stands, live: over its socket, else its stream, else asked for every five seconds. */
export function useMetrics(
  at: () => { eventId: string; messageId: string },
  isActive: () => boolean,
  heard: (metrics: Metrics) => void = () => {},
) {
  const metrics = shallowRef<Metrics>()
  const params = () => ({ id: at().eventId, messageId: at().messageId })
  const channel = useChannel<Metrics>({
    id: () => at().messageId,
    isActive,
    doors: (messageId) => [
      socketAt(`/realtime/messages/${messageId}`),
      streamOf('GET /v1/events/{id}/messages/{messageId}/metrics/stream', params()),
    ],
    read: (frame) => (isOf(frame, at().messageId) ? { value: frame, at: frame.at } : undefined),
    ask: async (_, signal) => {
      const value = await call('GET /v1/events/{id}/messages/{messageId}/metrics', { params: params(), signal })
      return { value, at: value.at }
    },
    take: (value) => {
      metrics.value = value
      heard(value)
    },
  })
  return { metrics, ...channel }
}

/** Pongs, and whatever a later server may say, are no metrics. */
function isOf(frame: Record<string, unknown>, messageId: string): frame is Metrics {
  const message = frame.message as Partial<Metrics['message']> | undefined
  return message?.id === messageId && typeof frame.counts === 'object' && typeof frame.at === 'string'
}
