import type { SendResult } from '../../../api/domain/send-result.ts'
import { violated, type Invariant } from './invariant.ts'

/** Three replicas at two calls a second are to keep to 2.2 over half a minute: a tenth more than agreed. */
const windowMs = 30_000
const tolerance = 1.1

/** Each line may finish what it was preparing when the wish was heard: the mail after the one on the wire, and the one after that. */
const preparedPerLine = 2

/** Until when a process must begin nothing, and how much it has begun all the same. */
type Patience = { until: number; begun: number }

/** Measured at the provider, who counts calls; a batch is one. */
export const pace: Invariant = {
  id: 'I7',
  says: 'All replicas together keep to the rate of the provider, and whoever hears that the quota is used up begins nothing more.',
  watch({ now, climate }) {
    const { callsPerSecond, linesMax, notifiers } = climate
    const patience = new Map<string, Patience>()
    let received: number[] = []
    // Tokens that were drawn before something froze or was slow are used after it: a call per line.
    const most = ((callsPerSecond ?? Infinity) * windowMs * tolerance) / 1000 + linesMax * notifiers

    return {
      onReceived() {
        received = [...received.filter((at) => at > now() - windowMs), now()]
        if (received.length > most) {
          violated(
            'I7',
            `the provider got ${received.length} calls in ${windowMs / 1000} s, at ${callsPerSecond} a second`,
          )
        }
      },
      onAnswer(process, results) {
        const until = now() + Math.max(0, ...results.map(wishOf))
        if (until > (patience.get(process)?.until ?? now())) patience.set(process, { until, begun: 0 })
      },
      onCall(process) {
        const asked = patience.get(process)
        if (!asked || now() >= asked.until - clockToleranceMs) return
        if (++asked.begun > preparedPerLine * linesMax)
          violated('I7', `${process} calls ${Math.round(asked.until - now())} ms too early`)
      },
    }
  },
}

/** The clocks of the simulation are off by 0.1 % at most, and the quota of its provider is back within ten seconds. */
const clockToleranceMs = 20

function wishOf(result: SendResult): number {
  return result.kind === 'overQuota' ? result.afterMs : 0
}
