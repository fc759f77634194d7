import { messageLabel } from '../../../api/domain/message-label.ts'
import { findHold } from '../../../api/storage/hold.ts'
import { countReasons, countRowsByState, listUnits, type OperatorUnit } from '../../../api/storage/operator-inspect.ts'
import { stuckReasons, type OperatorMessage } from '../../../api/storage/operator-messages.ts'
import type { Command } from '../command.ts'
import { driftOf, totalIsRight } from '../sums.ts'
import { facts, table } from '../table.ts'
import { onMessage } from '../which-message.ts'
import { holdLine, instant } from '../words.ts'

/** A screen of units; the line above them says of how many. */
const unitsShown = 20

export const inspect: Command = {
  name: 'inspect',
  about: 'Show one message: its counts against its rows, reasons, and who works on it.',
  usage: '<messageId>',
  words: ['messageId'],
  options: {},
  examples: ['inspect 0199f3c2-...', 'inspect 0199f3c2-... --json'],
  writes: false,
  run: (call) =>
    onMessage(call, async (message) => {
      const { db } = call
      const hold = await findHold(db)
      const rows = await countRowsByState(db, message.id)
      const reasons = await countReasons(db, message.id)
      const units = await listUnits(db, message.id, unitsShown)
      const drift = driftOf(message, rows)
      const agrees = Object.values(drift).every((each) => each === 0)
      const totalAgrees = totalIsRight(message, rows)
      return {
        kind: 'done',
        data: { message, rows, sums: { agrees: agrees && totalAgrees, drift, totalAgrees }, reasons, units },
        lines: [
          ...(hold ? [holdLine(hold), ''] : []),
          ...describe(message),
          '',
          Object.entries(rows)
            .map(([state, n]) => `${state} ${n}`)
            .join(' · '),
          agrees && totalAgrees
            ? 'The counters equal the rows.'
            : `The counters differ from the rows. Repair them: tidings recount ${message.id}`,
          ...titled('Reasons', table(reasons, reasonColumns)),
          ...titled(unitsTitle(message.openUnits, units.length), table(units, unitColumns)),
        ],
      }
    }),
}

function describe(message: OperatorMessage) {
  const { eventName, status, pauseReason, pausedAt, endReason, provider, stuck } = message
  return facts([
    ['Message', `${messageLabel(message)} (${message.kind})`],
    ['Event', `${eventName} (${message.eventId})`],
    ['Status', [status, message.reopened && 'reopened', endReason].filter(Boolean).join(', ')],
    ['Paused', pausedAt ? `${instant(pausedAt)}: ${pauseReason}` : undefined],
    ['Stuck', stuck ? stuckReasons[stuck] : undefined],
    ['Send at', instant(message.sendAt)],
    ['Fired', `${instant(message.firedAt)}, useful until ${instant(message.expiresAt)}`],
    ['Finished', message.finishedAt ? instant(message.finishedAt) : undefined],
    ['Provider', provider ?? undefined],
  ])
}

function unitsTitle(open: number, shown: number): string {
  return shown < open ? `Units: the first ${shown} of ${open} open` : `Units: ${open} open`
}

const titled = (title: string, lines: readonly string[]) => (lines.length === 0 ? [] : ['', title, ...lines])

type Reason = Awaited<ReturnType<typeof countReasons>>[number]

const reasonColumns = [
  { title: 'STATE', text: ({ state }: Reason) => state },
  { title: 'ROWS', text: ({ n }: Reason) => String(n), right: true as const },
  { title: 'REASON', text: ({ reason }: Reason) => reason, shrink: true as const },
  { title: 'FOR EXAMPLE', text: ({ example }: Reason) => example ?? '', shrink: true as const },
]

const unitColumns = [
  { title: 'UNIT', text: ({ id }: OperatorUnit) => String(id), right: true as const },
  { title: 'KIND', text: ({ kind }: OperatorUnit) => kind },
  { title: 'ROWS', text: ({ lo, hi }: OperatorUnit) => `${lo}-${hi}` },
  { title: 'RUN AT', text: ({ runAt }: OperatorUnit) => instant(runAt) },
  { title: 'LOST', text: ({ crashes }: OperatorUnit) => String(crashes), right: true as const },
  { title: 'HELD BY', text: ({ ownerHost, ownerPid }: OperatorUnit) => (ownerHost ? `${ownerHost}/${ownerPid}` : '-') },
]
