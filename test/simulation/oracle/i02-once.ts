import type { Arrival } from '../provider/call.ts'
import { changeOf, type DeliveryRow, type Mirror } from './mirror.ts'
import { violated, type Invariant } from './invariant.ts'

/** One wire mark: this process may now let this row's mail leave, once. */
type Mark = { process: string; epoch: number; at: number; isUsed: boolean }
type Acceptance = { process: string; mark: Mark | undefined; at: number; isAnswerLost: boolean }

/**
 * Counted at the provider, not in our books. A second acceptance is allowed only where the policy prefers a rare double to a lost mail,
 * and only if the first one could not be known: its answer was lost, or its sender died, froze or lost its claim before it could write it down.
 */
export const once: Invariant = {
  id: 'I2',
  says: 'A guest gets a message once; twice only if the answer was lost and the policy says so.',
  watch({ mirror, climate, now, wasDisturbedSince }) {
    const marks = new Map<string, Mark[]>()
    const acceptances = new Map<string, Acceptance[]>()

    /** Bytes leave under a mark, and each mark lets one mail leave. A provider that de-duplicates may be asked again. */
    function takeMark({ process, tag }: Arrival): Mark | undefined {
      const mine = marks.get(tag)?.findLast((mark) => mark.process === process && !mark.isUsed)
      if (mine) mine.isUsed = true
      else if (!climate.vendor.deduplicates) violated('I2', `${process} sent ${tag} without a wire mark`)
      else if (!marks.has(tag)) violated('I2', `${process} sent ${tag}, which nobody had marked`)
      return mine
    }

    function judge(tag: string, earlier: readonly Acceptance[], mark: Mark | undefined) {
      if (earlier.length === 0) return
      if (climate.vendor.deduplicates) violated('I2', `${tag} was accepted twice by a provider that de-duplicates`)
      if (climate.policy === 'hold') violated('I2', `${tag} was accepted twice under the policy hold`)
      const unexplained = earlier.find((first) => {
        const isClaimLost = mark !== undefined && first.mark !== undefined && mark.epoch !== first.mark.epoch
        return !first.isAnswerLost && !isClaimLost && !wasDisturbedSince(first.process, first.at)
      })
      if (unexplained) violated('I2', `${tag} was accepted again, though ${unexplained.process} knew that it had been`)
    }

    return {
      afterCommit(changes) {
        for (const change of changes) {
          const row = changeOf<DeliveryRow>(change, 'message_deliveries')
          if (row?.is?.state !== 'wired' || row.was?.state === 'wired') continue
          const { messageId, seq, generation } = row.is
          const tag = `${messageId}_${seq}_${generation}`
          const mark = { process: change.by, epoch: epochOf(mirror, messageId, seq), at: now(), isUsed: false }
          marks.set(tag, [...(marks.get(tag) ?? []), mark])
        }
      },
      onArrival(arrival) {
        if (arrival.isConflict) violated('I2', `${arrival.tag} was repeated with other bytes under the same key`)
        const mark = takeMark(arrival)
        if (!arrival.isAccepted) return
        const earlier = acceptances.get(arrival.tag) ?? []
        judge(arrival.tag, earlier, mark)
        const { process, isAnswerLost } = arrival
        acceptances.set(arrival.tag, [...earlier, { process, mark, at: now(), isAnswerLost }])
      },
    }
  },
}

function epochOf(mirror: Mirror, messageId: string, seq: number): number {
  return mirror.unitsOf(messageId, seq)[0]?.epoch ?? -1
}
