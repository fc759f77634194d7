import { messageLabel } from '../../../api/domain/message-label.ts'
import { messageStatuses } from '../../../api/domain/message.ts'
import { findHold } from '../../../api/storage/hold.ts'
import { listOperatorMessages } from '../../../api/storage/operator-messages.ts'
import { misunderstood, textOf, type Command } from '../command.ts'
import { limitOf, limitProblem } from '../limit.ts'
import { table } from '../table.ts'
import { isId } from '../which-message.ts'
import { holdLine, instant } from '../words.ts'

export const messages: Command = {
  name: 'messages',
  about: 'List messages of all hosts, newest first.',
  usage: '[--status <status>] [--paused] [--event <eventId>] [--stuck] [--limit <n>]',
  words: [],
  options: {
    status: { value: 'status', about: messageStatuses.join(', ') },
    paused: { about: 'only those that are paused' },
    event: { value: 'eventId', about: 'only of this event' },
    stuck: { about: 'only those that do not get on by themselves, with the reason' },
    limit: { value: 'n', about: 'at most so many; 50 unless told' },
  },
  examples: ['messages --stuck', 'messages --status sending', 'messages --event 0199... --json'],
  writes: false,
  async run(call) {
    const status = messageStatuses.find((each) => each === call.options.status)
    if (call.options.status === 'paused') return misunderstood('Paused is no status; ask with --paused.')
    if (call.options.status !== undefined && !status) {
      return misunderstood(`There is no status "${call.options.status}"; there are ${messageStatuses.join(', ')}.`)
    }
    const eventId = textOf(call, 'event')
    if (eventId !== undefined && !isId(eventId)) return misunderstood(`"${eventId}" is not an id of an event.`)
    const limit = limitOf(call)
    if (limit === undefined) return misunderstood(limitProblem)

    const stuck = call.options.stuck === true
    const paused = call.options.paused === true
    const found = await listOperatorMessages(call.db, { status, paused, eventId, stuck, limit })
    const hold = stuck ? await findHold(call.db) : undefined
    const lines = table(found, [
      { title: 'ID', text: ({ id }) => id },
      { title: 'STATUS', text: (message) => (message.pausedAt ? 'paused' : message.status) },
      { title: 'SENT', text: ({ accepted, total }) => (total === null ? '-' : `${accepted}/${total}`), right: true },
      stuck
        ? { title: 'STUCK', text: ({ stuck: why }) => why?.replace('_', ' ') ?? '' }
        : { title: 'AT', text: ({ sendAt }) => instant(sendAt) },
      { title: 'MESSAGE', text: messageLabel, shrink: true },
      { title: 'EVENT', text: ({ eventName }) => eventName, shrink: true },
    ])
    const none = stuck ? 'No message is stuck.' : 'There is no such message.'
    return {
      kind: 'done',
      data: { messages: found },
      lines: [...(hold ? [holdLine(hold), ''] : []), ...(lines.length > 0 ? lines : [none])],
    }
  },
}
