import { readEmailAddress } from '../../../api/domain/email-address.ts'
import {
  addSuppression,
  listSuppressions,
  removeSuppression,
  type SuppressionRow,
} from '../../../api/storage/operator-suppressions.ts'
import { misunderstood, refused, textOf, type Answer, type Call, type Command } from '../command.ts'
import { limitOf, limitProblem } from '../limit.ts'
import { table } from '../table.ts'
import { instant } from '../words.ts'

export const suppressions: Command = {
  name: 'suppressions',
  about: 'List, add or remove addresses that get nothing more.',
  usage: 'list [<part of an address>] | add <address> [--detail "..."] | remove <address>',
  words: ['list|add|remove', '[address]'],
  options: {
    detail: { value: 'text', about: 'why, for whoever asks later (add)' },
    limit: { value: 'n', about: 'at most so many; 50 unless told (list)' },
  },
  examples: [
    'suppressions list @example.org',
    'suppressions add ada@example.org --detail "asked by phone"',
    'suppressions remove ada@example.org',
  ],
  writes: true,
  async run(call) {
    const [deed = '', address] = call.words
    const act = Object.hasOwn(deeds, deed) ? deeds[deed] : undefined
    return act ? act(call, address) : misunderstood(`"${deed}" is none of list, add, remove.`)
  },
}

type Deed = (call: Call, address: string | undefined) => Promise<Answer>

const deeds: Record<string, Deed> = {
  async list(call, part) {
    const limit = limitOf(call)
    if (limit === undefined) return misunderstood(limitProblem)
    const found = await listSuppressions(call.db, { part: part?.toLowerCase(), limit })
    const lines = table(found, [
      { title: 'ADDRESS', text: ({ address }: SuppressionRow) => address, shrink: true },
      { title: 'REASON', text: ({ reason }) => reason },
      { title: 'FOR', text: ({ host }) => host ?? 'everybody', shrink: true },
      { title: 'SINCE', text: ({ createdAt }) => instant(createdAt) },
    ])
    return { kind: 'done', data: { suppressions: found }, lines: lines.length > 0 ? lines : ['There is none.'] }
  },

  add: (call, text) =>
    withAddress(text, async (address) => {
      const added = await addSuppression(call.db, { address, detail: textOf(call, 'detail') ?? null })
      if (!added) return refused(`${address} is suppressed for everybody already.`)
      return deedDone(
        'add',
        address,
        1,
        `${address} gets nothing more, from anybody, but what must be said (notices, confirmations).`,
      )
    }),

  remove: (call, text) =>
    withAddress(text, async (address) => {
      const removed = await removeSuppression(call.db, address)
      if (removed === 0) return refused(`${address} is not suppressed. See: tidings suppressions list`)
      return deedDone('remove', address, removed, `${address} may get mails again.`)
    }),
}

async function withAddress(text: string | undefined, act: (address: string) => Promise<Answer>): Promise<Answer> {
  if (text === undefined) return misunderstood('address is missing.')
  const reading = readEmailAddress(text)
  return reading.ok ? act(reading.address) : misunderstood(`"${text}" is not an e-mail address.`)
}

function deedDone(deed: string, address: string, rows: number, line: string): Answer {
  const audit = { action: `operator.suppressions.${deed}`, subject: address }
  return { kind: 'done', data: { address, rows }, lines: [line], audit }
}
