import { violated, type Invariant } from './invariant.ts'

export const ends: Invariant = {
  id: 'I5',
  says: 'When the faults stop, every row comes to its end, and every message.',
  watch({ mirror }) {
    return {
      atEnd() {
        const open = [...mirror.messages.values()].filter(({ status, reopened }) => status === 'sending' || reopened)
        for (const { kind, id, status } of open) violated('I5', `${kind} ${id} is still ${status}`)
        const waiting = [...mirror.deliveries.values()].find(({ state }) => state === 'queued' || state === 'wired')
        if (waiting) violated('I5', `row ${waiting.messageId}/${waiting.seq} is still ${waiting.state}`)
        const unit = [...mirror.units.values()][0]
        if (unit) violated('I5', `unit ${unit.messageId}/${unit.id} is left over`)
      },
    }
  },
}
