import { leaveUnknown, resendUnknown, type Chosen } from '../../../api/storage/second-tries.ts'
import type { OperatorMessage } from '../../../api/storage/operator-messages.ts'
import { misunderstood, refused, textOf, type Answer, type Call, type Command } from '../command.ts'
import { tryAgain } from '../second-try.ts'
import { isId, onMessage } from '../which-message.ts'
import { deliveries, mails, named } from '../words.ts'

export const resolve: Command = {
  name: 'resolve',
  about: 'Decide about deliveries of which nobody knows whether they were accepted.',
  usage: '<messageId> --as resend|leave (--guest <guestId> | --all)',
  words: ['messageId'],
  options: {
    as: { value: 'resend|leave', about: 'send again (a guest may get it twice), or leave as it is' },
    guest: { value: 'guestId', about: 'only this guest' },
    all: { about: 'everybody whose outcome is unknown' },
  },
  examples: ['resolve 0199f3c2-... --as leave --all', 'resolve 0199f3c2-... --as resend --all --dry-run'],
  writes: true,
  run: (call) =>
    onMessage(call, async (message) => {
      const guest = textOf(call, 'guest')
      if ((guest === undefined) === (call.options.all !== true)) return misunderstood('Say either --guest or --all.')
      if (guest !== undefined && !isId(guest)) return misunderstood(`"${guest}" is not an id of a guest.`)
      const as = textOf(call, 'as') ?? ''
      const way = Object.hasOwn(ways, as) ? ways[as] : undefined
      if (!way) return misunderstood('--as must be resend or leave.')
      return way(call, message, guest === undefined ? 'all' : [guest])
    }),
}

type Way = (call: Call, message: OperatorMessage, guests: Chosen) => Promise<Answer>

const ways: Record<string, Way> = {
  async resend({ db }, message, guests) {
    const tried = await tryAgain(db, message, guests, resendUnknown)
    if (tried.kind !== 'queued') return tried
    return decided(message, 'resend', tried.queued, `${mails(tried.queued)} of ${named(message)} will be sent again.`)
  },
  async leave({ db }, message, guests) {
    const left = await leaveUnknown(db, message.id, guests)
    const line = `${deliveries(left)} of ${named(message)} ${left === 1 ? 'stays' : 'stay'} unknown; late evidence still settles ${left === 1 ? 'it' : 'them'}.`
    return decided(message, 'leave', left, line)
  },
}

function decided(message: OperatorMessage, as: string, count: number, line: string): Answer {
  if (count === 0) return refused(`Nothing of it is undecided. See: tidings inspect ${message.id}`)
  const { id, eventId } = message
  const audit = { action: 'operator.resolve', subject: id, eventId, detail: { as, deliveries: count } }
  return { kind: 'done', data: { messageId: id, as, deliveries: count }, lines: [line], audit }
}
