import { chooseEventApi, readInterval } from '../../../api/domain/backfill.ts'
import {
  cancelBackfill,
  eventSources,
  lastBackfill,
  setBackfill,
  type Backfill,
  type BackfillProgress,
} from '../../../api/storage/backfills.ts'
import { databaseNow } from '../../../api/storage/pipeline-cursors.ts'
import { misunderstood, refused, textOf, type Answer, type Call, type Command } from '../command.ts'
import { facts } from '../table.ts'
import { instant } from '../words.ts'

export const backfill: Command = {
  name: 'backfill',
  about: 'Fetch the events of a past interval again, where the provider can be asked.',
  usage: '[--from <instant> --to <instant> [--provider <name>] | --cancel]',
  words: [],
  options: {
    from: { value: 'instant', about: 'its beginning, such as 2027-03-13T00:00:00Z' },
    to: { value: 'instant', about: 'its end, in the past' },
    provider: { value: 'name', about: 'the one with an event API unless told' },
    cancel: { about: 'end the one that is under way' },
  },
  examples: ['backfill', 'backfill --from 2027-03-13T00:00:00Z --to 2027-03-14T00:00:00Z', 'backfill --cancel'],
  writes: true,
  async run(call) {
    const [from, to] = [textOf(call, 'from'), textOf(call, 'to')]
    if (call.options.cancel === true) return from || to ? misunderstood('--cancel stands alone.') : cancel(call)
    if (!from && !to) return show(call)
    if (!from || !to) return misunderstood(`--${from ? 'to' : 'from'} is missing.`)
    return set(call, from, to)
  },
}

async function set(call: Call, from: string, to: string): Promise<Answer> {
  const { db, by } = call
  const interval = readInterval(from, to, await databaseNow(db))
  if (!interval.ok) return misunderstood(`--${interval.field === 'begin' ? 'from' : 'to'}: ${interval.problem}`)
  const choice = chooseEventApi(await eventSources(db), textOf(call, 'provider'))
  if (!choice.ok) return refused(choice.problem)
  const made = await setBackfill(db, interval, by)
  if (!made)
    return refused('An interval is being fetched already. See it: tidings backfill. End it: tidings backfill --cancel')
  return {
    kind: 'done',
    data: { backfill: { ...made, state: 'waiting', reached: [] }, provider: choice.provider },
    lines: [
      `Events of ${choice.provider} ${span(made)} are fetched again, within a minute. See how far: tidings backfill`,
    ],
    audit: { action: 'operator.backfill', subject: made.id, detail: { begin: made.beginsAt, end: made.endsAt } },
  }
}

async function cancel({ db }: Call): Promise<Answer> {
  const ended = await cancelBackfill(db)
  if (!ended) return refused('Nothing is being fetched.')
  return {
    kind: 'done',
    data: { backfill: { ...ended, state: 'cancelled' } },
    lines: [`Fetching ${span(ended)} has ended where it was: ${ended.events} events, ${ended.applied} of them new.`],
    audit: { action: 'operator.cancelBackfill', subject: ended.id },
  }
}

async function show({ db }: Call): Promise<Answer> {
  const last = (await lastBackfill(db)) ?? null
  const choice = chooseEventApi(await eventSources(db))
  const words = choice.ok ? [] : [choice.problem]
  const lines = last ? linesOf(last) : ['No interval has been fetched again so far.']
  return { kind: 'done', data: { backfill: last, possible: choice.ok }, lines: [...lines, ...words] }
}

function linesOf(last: BackfillProgress): string[] {
  return facts([
    ['Interval', `${span(last)}, ${last.state}`],
    ['Asked for', `${instant(last.requestedAt)} by ${last.requestedBy}`],
    ...last.reached.map(({ pipeline, at }): [string, string] => ['Reached', `${instant(at)} (${pipeline})`]),
    ['Events', `${last.events}: ${last.applied} new, ${last.noop} known, ${last.unprocessable} of nobody`],
  ])
}

function span({ beginsAt, endsAt }: Pick<Backfill, 'beginsAt' | 'endsAt'>): string {
  return `from ${instant(beginsAt)} to ${instant(endsAt)}`
}
