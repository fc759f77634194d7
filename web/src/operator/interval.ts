import { localOf } from '../time/local.ts'
import { ownZone } from '../time/zones.ts'

/** As long as providers keep events at most. */
const daysMax = 31
const dayMs = 24 * 3_600_000

export type Interval = { begin: string; end: string }

/** The usual loss: since yesterday, until now. */
export function lastDay(now: Date): Interval {
  const local = (at: number) => localOf(new Date(at).toISOString(), ownZone)
  return { begin: local(now.getTime() - dayMs), end: local(now.getTime()) }
}

export function intervalFaults({ begin, end }: Interval, now: Date): { begin?: string; end?: string } {
  const [from, to] = [Date.parse(begin), Date.parse(end)]
  return {
    begin: beginFault(from, now.getTime()),
    end: Number.isNaN(to) ? 'Choose when it ends.' : to <= from ? 'It ends before it begins.' : undefined,
  }
}

function beginFault(from: number, now: number): string | undefined {
  if (Number.isNaN(from)) return 'Choose when it begins.'
  if (from > now) return 'That is still to come.'
  return now - from > daysMax * dayMs ? `Providers keep events for ${daysMax} days at most.` : undefined
}
