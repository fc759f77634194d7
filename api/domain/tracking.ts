import { isTransactional, type MessageKind } from './message.ts'

/** What a host has decided for all their events; off until they do. */
export type TrackingChoice = { trackOpens: boolean; trackClicks: boolean }

/**
 * What is noted of a message's mails, frozen with its words so that a change of the host's mind never makes two different mails of one message.
 * `links`: the addresses that go through ours first; the first has number 1.
 */
export type Tracking = { opens: boolean; links: readonly string[] }

/** What a guest must know or has asked for is not watched, and a test is nobody's. */
export function mayBeTracked(kind: MessageKind): boolean {
  return !isTransactional(kind)
}
