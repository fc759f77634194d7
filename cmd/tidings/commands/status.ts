import { differingSettings, settingsInWords } from '../../../api/domain/fingerprint.ts'
import { closedAccounts } from '../../../api/storage/account-blocks.ts'
import { findHold } from '../../../api/storage/hold.ts'
import {
  listNotifiers,
  readSendingState,
  strandedMessages,
  type NotifierState,
  type SendingState,
} from '../../../api/storage/operator-status.ts'
import type { Command } from '../command.ts'
import { facts, table } from '../table.ts'
import { deliveries, duration, holdLine, instant, mails, messages } from '../words.ts'

export const status: Command = {
  name: 'status',
  about: 'Show notifiers, what is due, what waits, and whether sending is on hold.',
  usage: '',
  words: [],
  options: {},
  examples: ['status', 'status --json'],
  writes: false,
  async run({ db }) {
    const hold = (await findHold(db)) ?? null
    const sending = await readSendingState(db)
    const notifiers = await listNotifiers(db)
    const stranded = await strandedMessages(db)
    const closed = await closedAccounts(db)
    const living = notifiers.filter((notifier) => notifier.alive)
    const alive = living.length
    const differing = settingsThatDiffer(living)
    return {
      kind: 'done',
      data: { hold, sending, notifiers, stranded, closedAccounts: closed, differingSettings: differing },
      lines: [
        ...(hold ? [holdLine(hold), ''] : []),
        ...facts([
          ['Notifiers', alive === 0 ? 'none is alive: nothing is sent' : `${alive} alive`],
          ...(differing.length > 0
            ? [['Settings', `differ between live notifiers: ${settingsInWords(differing)}`] as [string, string]]
            : []),
          ['Due', `${messages(sending.due)}; the longest wait is ${duration(sending.dueLagMs)}`],
          [
            'Sending',
            `${messages(sending.sending)}, ${sending.paused} of them paused; waiting: ${mails(sending.queued)}`,
          ],
          ['Units', `${sending.openUnits} open, ${sending.claimedUnits} in a notifier's hands`],
          ['Unknown', unknownLine(sending)],
          ...closed.map(({ account, reason, until }): [string, string] => [
            'Closed',
            `${account} until ${instant(until)}: ${reason}`,
          ]),
          ...stranded.map(({ provider, messages: count }): [string, string] => [
            'Waiting',
            `${messages(count)} for provider ${provider}, which no live notifier has`,
          ]),
        ]),
        ...(notifiers.length > 0 ? [''] : []),
        ...table(notifiers, [
          { title: 'HOST', text: ({ host }) => host, shrink: true },
          { title: 'PID', text: ({ pid }) => String(pid), right: true },
          { title: 'PROVIDER', text: ({ provider }) => provider },
          { title: 'VERSION', text: ({ version }) => version },
          { title: 'SINCE', text: ({ startedAt }) => instant(startedAt) },
          {
            title: 'SEEN',
            text: ({ alive: lives, seenMsAgo }) => `${duration(seenMsAgo)} ago${lives ? '' : ', dead'}`,
          },
        ]),
      ],
    }
  },
}

/** The groups in which live notifiers are not of one mind. */
function settingsThatDiffer([first, ...others]: readonly NotifierState[]) {
  const groups = others.flatMap(({ fingerprint }) => differingSettings(first!.fingerprint, fingerprint))
  return [...new Set(groups)]
}

function unknownLine({ unknown, undecided }: SendingState) {
  const left = unknown - undecided
  const counted = `${deliveries(undecided)}${undecided > 0 ? ': tidings messages --stuck' : ''}`
  return left > 0 ? `${counted}; ${left} more left as ${left === 1 ? 'it is' : 'they are'}` : counted
}
