import { changeOf, instantOf, type DeliveryRow, type MessageRow, type UnitRow } from './mirror.ts'
import { violated, type Invariant } from './invariant.ts'

export const oneClock: Invariant = {
  id: 'I15',
  says: "What is due, and whose lease has ended, the database's clock says: a process whose own is wrong by ten minutes is not early.",
  watch({ now }) {
    return {
      beforeCommit(changes) {
        for (const change of changes) {
          const message = changeOf<MessageRow>(change, 'scheduled_messages')
          if (message?.was?.status === 'scheduled' && message.is?.status === 'sending') {
            judge(message.was.sendAt, now(), `${change.by} fired ${message.is.kind} ${message.is.id}`)
          }
          const row = changeOf<DeliveryRow>(change, 'message_deliveries')
          if (row?.was?.state === 'queued' && row.is?.state === 'wired') {
            judge(row.was.dueAt, now(), `${change.by} sent row ${row.is.seq} again`)
          }
          const unit = changeOf<UnitRow>(change, 'send_units')
          if (unit?.was && unit.is && unit.is.epoch > unit.was.epoch) {
            judge(unit.was.leaseUntil, now(), `${change.by} took over unit ${unit.is.id}`)
          }
        }
      },
    }
  },
}

function judge(notBefore: string | null, now: number, what: string) {
  if (notBefore === null) return
  const earlyMs = instantOf(notBefore) - now
  if (earlyMs > 0) violated('I15', `${what} ${Math.round(earlyMs)} ms too early`)
}
