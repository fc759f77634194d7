import { expandSlice, expandToRecipient, noticeGrowth } from '../../../api/storage/expand.ts'
import { finishMessages } from '../../../api/storage/finish.ts'
import { settleUnit } from '../../../api/storage/units.ts'
import type { Worker } from '../worker.ts'

/** Turns a fired message into deliveries, one slice a turn, so that the first mails leave while the rest is still being written. */
export const expand: Worker = {
  name: 'expand',
  refills: true,
  async run({ notifier, messages, expansions }) {
    const unit = expansions.shift()
    if (!unit) return false
    const { db, settings, shard } = notifier
    const message = await messages.get(unit.messageId)
    if (!message) {
      await settleUnit(db, unit)
      return true
    }
    const slice = message.recipient
      ? await expandToRecipient(db, unit, { address: message.recipient, name: message.content.host.name, shard })
      : await expandSlice(db, unit, { audience: message.audience, unitSize: settings.unitSize, shard })
    if (slice.kind === 'slice') expansions.push(unit)
    if (slice.kind !== 'lost' && slice.added > 0) await noticeGrowth(db, slice.added)
    // An audience of nobody has no unit to end the message.
    if (slice.kind === 'last') await finishMessages(db, [unit.messageId])
    return true
  },
}
