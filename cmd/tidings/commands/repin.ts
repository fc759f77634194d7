import { providerKeys } from '../../../api/providers/provider.ts'
import { repinMessage, type Repinned } from '../../../api/storage/operator-repin.ts'
import { listNotifiers } from '../../../api/storage/operator-status.ts'
import { misunderstood, refused, type Answer, type Command } from '../command.ts'
import { onMessage } from '../which-message.ts'
import { named } from '../words.ts'

export const repin: Command = {
  name: 'repin',
  about: 'Send what is queued of a message through another provider than it began with.',
  usage: '<messageId> --to <provider>',
  words: ['messageId'],
  options: { to: { value: 'provider', about: providerKeys.join(', ') } },
  examples: ['repin 0199f3c2-... --to smtp --dry-run', 'repin 0199f3c2-... --to smtp'],
  writes: true,
  run: (call) =>
    onMessage(call, async (message) => {
      const to = providerKeys.find((key) => key === call.options.to)
      if (!to) return misunderstood(`--to must be one of ${providerKeys.join(', ')}.`)
      const repinned = await repinMessage(call.db, { messageId: message.id, to })
      if (repinned.kind !== 'repinned') return refused(refusals[repinned.kind](repinned as never, message.id))

      const ready = (await listNotifiers(call.db)).some(({ alive, provider }) => alive && provider === to)
      const { from, queued } = repinned
      return {
        kind: 'done',
        data: { messageId: message.id, from, to, queued, liveNotifier: ready },
        lines: [
          `${queued} mails of ${named(message)} go through ${to} instead of ${from}.`,
          ...(ready ? [] : [`No live notifier has ${to} yet: configure one and start it.`]),
        ],
        audit: {
          action: 'operator.repin',
          subject: message.id,
          eventId: message.eventId,
          detail: { from, to, queued },
        },
      } satisfies Answer
    }),
}

type Kinds = Exclude<Repinned['kind'], 'repinned'>

const refusals: { [K in Kinds]: (why: Extract<Repinned, { kind: K }>, id: string) => string } = {
  notFound: (_, id) => `There is no message ${id}. List them: tidings messages`,
  nothingLeft: () => 'Nothing of it is left to send.',
  same: () => 'It goes through that provider already.',
  inDoubt: ({ wired, unknown }, id) =>
    `The old provider may have ${wired + unknown} of its mails (${wired} on the wire, ${unknown} unknown). Settle them first: tidings resolve ${id} --as leave --all`,
  claimed: ({ units }, id) =>
    `A notifier has ${units} of its units in hand. Pause it, wait a few seconds, and try again: tidings pause ${id}`,
}
