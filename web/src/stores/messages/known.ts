import { ref } from 'vue'
import type { Message } from '../../../../api/contract/message.ts'
import type { Metrics } from '../../../../api/contract/metrics.ts'

/** Messages by id, each as young as anything that has been heard of it: answers and live numbers overtake each other. */
export function createKnown() {
  const known = ref<Record<string, Message>>({})
  /** The latest live numbers of each message, and when they came. */
  const live = new Map<string, { metrics: Metrics; cameAt: number }>()

  function keep(message: Message): Message {
    const had = known.value[message.id]
    // An answer that was asked for before an edit may arrive after it; the older version must not win.
    if (had && had.version > message.version) return had
    known.value[message.id] = message
    return message
  }

  /** What was read, unless live numbers came while it was on its way: those are younger. */
  function keepRead(message: Message, askedAt: number): Message {
    const newer = live.get(message.id)
    return keep(newer && newer.cameAt >= askedAt ? { ...message, ...partOf(newer.metrics) } : message)
  }

  /** Numbers that arrived by themselves. True when they tell of a change whose reason only the message itself knows. */
  function takeMetrics(metrics: Metrics): boolean {
    const { id } = metrics.message
    live.set(id, { metrics, cameAt: performance.now() })
    const had = known.value[id]
    if (!had) return false
    const part = partOf(metrics)
    known.value[id] = { ...had, ...part }
    const isOnItsWay = part.status === 'sending' || part.reopened
    const saysNothing = isOnItsWay && JSON.stringify(had.counts) === JSON.stringify(part.counts)
    return saysNothing || facts(had) !== facts(part)
  }

  return { known, keep, keepRead, takeMetrics }
}

/** What live numbers know of a message. */
function partOf({ message, counts }: Metrics) {
  const { status, pausedAt, reopened, firedAt, finishedAt } = message
  return { status, pausedAt, reopened, firedAt, finishedAt, counts }
}

/** With these something changes that no number tells: why it ended or waits, and who needs a look. */
function facts({ status, pausedAt, reopened, counts }: Pick<Message, 'status' | 'pausedAt' | 'reopened' | 'counts'>) {
  return JSON.stringify([status, pausedAt, reopened, counts.unknown])
}
