import type { Feedback, FeedbackKind } from '../domain/feedback.ts'
import type { Environment } from './provider.ts'

/** What happened from `begin` to `end`, oldest first. `pageToken` is a former page's `next`, of the same query. */
export type EventQuery = {
  begin: Date
  end: Date
  kinds: readonly FeedbackKind[]
  /** Only events of mails with this tag, where the provider knows tags. */
  tag?: string
  pageToken?: string
  /** Events of one page; a provider may give fewer. */
  limit: number
  signal?: AbortSignal
}

export type EventPage = {
  events: Feedback[]
  /** Events of mails that are not ours, or that nobody can read. */
  foreign: number
  /** When the last one happened, ours or not. */
  reachedAt?: Date
  /** Missing on the last page. */
  next?: string
}

/** A provider's own record of what became of its mails, which can be asked again for any time of the last days. */
export interface EventApi {
  readonly provider: string
  readonly label: string
  /** Free of secrets. */
  readonly account: string
  /** @throws EventApiError when the provider has no answer, after a few tries. */
  fetchEvents(query: EventQuery): Promise<EventPage>
}

/** One kind of event API. A new one is one file like this and a line in `event-apis.ts`. */
export type EventApiKind = {
  readonly provider: string
  /** Undefined when it is not configured. @throws ConfigurationError when it is half configured. */
  open(env: Environment): EventApi | undefined
}

/** Said to the operator as it is: free of secrets. */
export class EventApiError extends Error {
  override name = 'EventApiError'
}
