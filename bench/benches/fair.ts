import type { Bench, Figure } from '../bench.ts'
import { rounded } from '../measure/numbers.ts'
import { eventWithGuests } from '../stage/events.ts'
import { messageDueNow } from '../stage/messages.ts'
import { overSmtp, startNotifier } from '../stage/notifier.ts'
import { startHerd } from '../stage/herd.ts'
import { assertOnceEach } from '../stage/sink.ts'
import { startStage, type Stage } from '../stage/stage.ts'

const connections = 10

/** Still running when the last notice is out, whatever the machine. */
const broadcastGuests = 100_000
const noticeGuests = 10

/** The notice comes when so many of the broadcast are out: claims, hand and lines are full of it. */
const underWayMails = 3000

export const fair: Bench = {
  name: 'fair',
  about: 'A notice to ten guests beside a broadcast to a hundred thousand; reminders of 5,000 events due at once.',
  minutesMax: 12,
  async run() {
    const notices = await besideABroadcast()
    console.log(`notices took ${notices.join(', ')} s`)
    const herd = await startHerd(connections)
    const figures: Figure[] = [
      {
        what: `a notice to ${noticeGuests} guests, from due to the last mail out, beside a broadcast`,
        ...{ unit: 's', value: Math.max(...notices), rounds: notices, target: { atMost: 2 } },
      },
      ...herd.figures,
    ]
    return { figures, tables: herd.tables, notes: ['Of the notices the slowest counts.'] }
  },
}

/** Three notices, one after the other, while the broadcast runs. Answers the seconds that each took. */
async function besideABroadcast() {
  const stage = await startStage()
  const notifier = await startNotifier(stage, overSmtp(stage.sink.url, connections))
  const broadcast = await eventWithGuests(stage, broadcastGuests, 'broadcast.test')
  const domains = ['first', 'second', 'third'].map((name) => `${name}.test`)
  const events = []
  for (const domain of domains) events.push({ domain, event: await eventWithGuests(stage, noticeGuests, domain) })
  await stage.sink.reset()
  await messageDueNow(stage, broadcast.id)
  await stage.sink.received('broadcast.test', underWayMails)

  const seconds = []
  for (const { domain, event } of events) seconds.push(await notice(stage, event.id, domain))
  const { mails } = await stage.sink.received('broadcast.test')
  if (mails >= broadcastGuests) throw new Error('the broadcast was over before the notices were')
  await notifier.stop()
  await stage.stop()
  return seconds
}

async function notice(stage: Stage, eventId: string, domain: string) {
  const dueAt = Date.now()
  await messageDueNow(stage, eventId, { kind: 'notice' })
  const received = await stage.sink.received(domain, noticeGuests)
  assertOnceEach(received, noticeGuests, 'the notice')
  return rounded((received.lastAt - dueAt) / 1000, 2)
}
