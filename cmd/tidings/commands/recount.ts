import { isAdrift, recountMessage } from '../../../api/storage/operator-recount.ts'
import type { Command } from '../command.ts'
import { table } from '../table.ts'
import { onMessage } from '../which-message.ts'
import { named } from '../words.ts'

export const recount: Command = {
  name: 'recount',
  about: 'Make the counters of a message equal its rows, and say what was wrong.',
  usage: '<messageId>',
  words: ['messageId'],
  options: {},
  examples: ['recount 0199f3c2-... --dry-run', 'recount 0199f3c2-...'],
  writes: true,
  run: ({ db, words, progress }) =>
    onMessage({ db, words }, async (message) => {
      if ((message.total ?? 0) > slowAbove) progress(`Reading ${message.total} rows ...`)
      const { drift, total } = await recountMessage(db, message.id)
      const wrong = Object.entries(drift).filter(([, difference]) => difference !== 0)
      const totalWas = total.was !== null && total.was !== total.is
      const repaired = isAdrift({ drift, total })
      return {
        kind: 'done',
        data: { messageId: message.id, repaired, drift, total },
        lines: repaired
          ? [
              `The counters of ${named(message)} were wrong, and equal its rows now:`,
              ...table(wrong, [
                { title: 'COUNTER', text: ([counter]) => counter },
                {
                  title: 'DIFFERENCE',
                  text: ([, difference]) => (difference > 0 ? `+${difference}` : String(difference)),
                },
              ]),
              ...(totalWas ? [`total ${total.was} -> ${total.is}`] : []),
            ]
          : [`The counters of ${named(message)} equal its rows.`],
        audit: repaired
          ? { action: 'operator.recount', subject: message.id, eventId: message.eventId, detail: { drift, total } }
          : undefined,
      }
    }),
}

/** A million rows are read in a second or two; below this nobody notices. */
const slowAbove = 200_000
