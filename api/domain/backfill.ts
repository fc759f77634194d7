/** Providers keep events for 30 days at most. */
export const backfillDaysMax = 31
const dayMs = 86_400_000

export type Interval = { begin: Date; end: Date }

/** Reads the interval that is to be fetched again; `problem` says what is wrong with it, and `field` where. */
export function readInterval(
  begin: string,
  end: string,
  now: Date,
): ({ ok: true } & Interval) | { ok: false; field: 'begin' | 'end'; problem: string } {
  const [from, to] = [instantOf(begin), instantOf(end)]
  const wrong = (field: 'begin' | 'end', problem: string) => ({ ok: false as const, field, problem })
  if (!from) return wrong('begin', `Write it as an instant in UTC, such as ${exampleAt(now)}.`)
  if (!to) return wrong('end', `Write it as an instant in UTC, such as ${exampleAt(now)}.`)
  if (to > now) return wrong('end', 'It must be in the past: what is new is fetched anyway.')
  if (from >= to) return wrong('end', 'It must be later than the beginning.')
  if (now.getTime() - from.getTime() > backfillDaysMax * dayMs)
    return wrong('begin', `It must be within the last ${backfillDaysMax} days: no provider keeps events for longer.`)
  return { ok: true, begin: from, end: to }
}

const withZone = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/i

/** Only an instant: without its zone nobody would know whose day it is. */
function instantOf(text: string): Date | undefined {
  if (!withZone.test(text)) return undefined
  const at = new Date(text)
  return Number.isNaN(at.getTime()) ? undefined : at
}

function exampleAt(now: Date): string {
  return `${new Date(now.getTime() - dayMs).toISOString().slice(0, 16)}:00Z`
}

/** Providers that only report by webhook have nothing to ask; this is what brings back their lost reports. */
export const withoutEventApi: Readonly<Record<string, string>> = {
  resend:
    "Resend reports by webhook only and has no event API: replay the messages of that day in Resend's dashboard, under Webhooks.",
  ses: 'Amazon SES reports through SNS only and has no event API: take what lies in the dead-letter queue of the SNS subscription, and tidings replay --file it.',
  smtp: 'An SMTP server has no event API: what it reports comes to the bounce mailbox. If it is Mailgun, set MAILGUN_API_KEY and MAILGUN_DOMAIN for the notifiers.',
  log: 'No mail leaves this installation, so nobody reports of any.',
}

/** What a live notifier sends through, and whose event API it polls. */
export type EventSource = { provider: string; eventApi: string | null }

/** Whose events are fetched again; `problem` says why nobody's can be, and what to do instead. */
export function chooseEventApi(
  sources: readonly EventSource[],
  asked?: string,
): { ok: true; provider: string } | { ok: false; problem: string } {
  const polled = sources.map(({ eventApi }) => eventApi).filter((api) => api !== null)
  const provider = asked ?? polled[0]
  if (provider !== undefined && polled.includes(provider)) return { ok: true, provider }
  if (sources.length === 0) return { ok: false, problem: 'No notifier is alive, and it is notifiers that ask.' }
  const told = asked ?? sources[0]!.provider
  const problem = Object.hasOwn(withoutEventApi, told)
    ? withoutEventApi[told]!
    : `No live notifier asks ${told} for events. Give the notifiers its variables.`
  return { ok: false, problem }
}
