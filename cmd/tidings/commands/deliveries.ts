import { deliveryStatus, deliveryStatuses } from '../../../api/domain/delivery.ts'
import { reasonInWords } from '../../../api/domain/delivery-words.ts'
import { listDeliveries, type DeliveryRow } from '../../../api/storage/deliveries.ts'
import { misunderstood, textOf, type Command } from '../command.ts'
import { limitOf, limitProblem } from '../limit.ts'
import { table } from '../table.ts'
import { onMessage } from '../which-message.ts'

export const deliveries: Command = {
  name: 'deliveries',
  about: 'List what became of each guest of a message, with the raw reply in --json.',
  usage: '<messageId> [--status <status>] [--after <seq>] [--limit <n>]',
  words: ['messageId'],
  options: {
    status: { value: 'status', about: deliveryStatuses.join(', ') },
    after: { value: 'seq', about: 'go on after this row' },
    limit: { value: 'n', about: 'at most so many; 50 unless told' },
  },
  examples: ['deliveries 0199f3c2-... --status failed', 'deliveries 0199f3c2-... --status unknown --json'],
  writes: false,
  run: (call) =>
    onMessage(call, async ({ id: messageId }) => {
      const status = deliveryStatuses.find((each) => each === call.options.status)
      if (call.options.status !== undefined && !status) {
        return misunderstood(`There is no status "${call.options.status}"; there are ${deliveryStatuses.join(', ')}.`)
      }
      const limit = limitOf(call)
      if (limit === undefined) return misunderstood(limitProblem)
      const after = textOf(call, 'after') ?? '0'
      if (!/^\d{1,9}$/.test(after)) return misunderstood('--after must be the number of a row.')

      const rows = await listDeliveries(call.db, { messageId, status, after: Number(after), limit })
      const lines = table(rows, columns)
      return {
        kind: 'done',
        data: { deliveries: rows.map(asData) },
        lines: lines.length > 0 ? lines : ['There is none.'],
      }
    }),
}

function asData(row: DeliveryRow) {
  const { seq, guestId, guestName, address, generation, attempt, provider, providerMessageId, reply, state } = row
  const { dueAt, wiredAt, acceptedAt, failedAt, unknownAt } = row
  return {
    ...{ seq, guestId, guestName, address, status: deliveryStatus(row), state, reason: reasonInWords(row), reply },
    ...{ generation, attempt, provider, providerMessageId, dueAt, wiredAt, acceptedAt, failedAt, unknownAt },
  }
}

const columns = [
  { title: 'SEQ', text: ({ seq }: DeliveryRow) => String(seq), right: true as const },
  { title: 'STATUS', text: deliveryStatus },
  { title: 'TRIES', text: ({ attempt }: DeliveryRow) => String(attempt), right: true as const },
  { title: 'ADDRESS', text: ({ address }: DeliveryRow) => address ?? '-', shrink: true as const },
  { title: 'REASON', text: (row: DeliveryRow) => reasonInWords(row) ?? '', shrink: true as const },
]
