import { eventWithGuests, forgetEverything } from '../stage/events.ts'
import { holdExpanded, release } from '../stage/held-message.ts'
import { lastRecordedAt, untilSent } from '../stage/messages.ts'
import { overSmtp, startNotifier } from '../stage/notifier.ts'
import type { Contestant } from './contestant.ts'

/** The notifier, from claim to record. As the peers' jobs are, its deliveries are queued before; how long that takes is the bench `expand`. */
export const ours: Contestant = {
  name: 'Tidings, one notifier',
  sender: 'lean',
  async start(stage, { mails, connections }) {
    const notifier = await startNotifier(stage, overSmtp(stage.sink.url, connections))
    const event = await eventWithGuests(stage, mails)
    const { messageId } = await holdExpanded(stage, event.id, 'smtp')
    return {
      pid: notifier.pid,
      go: () => release(stage, messageId),
      async end() {
        await stage.sink.received('example.com', mails)
        await untilSent(stage, messageId)
        return lastRecordedAt(stage, messageId, mails)
      },
      async stop() {
        await notifier.stop()
        await forgetEverything(stage)
      },
    }
  },
}
