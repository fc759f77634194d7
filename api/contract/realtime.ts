import { Type, type Static } from 'typebox'
import { Id, Instant } from './atoms.ts'
import { RsvpStats } from './event.ts'
import { Metrics } from './metrics.ts'

// What a socket says. The stream (SSE) of one message says `Metrics` as they are.

/** How a message stands: the same figures as `GET .../metrics`. */
export const MessageFrame = Type.Intersect([Type.Object({ type: Type.Literal('message') }), Metrics])
export type MessageFrame = Static<typeof MessageFrame>

/** How the guests of an event have answered. */
export const EventFrame = Type.Object({ type: Type.Literal('event'), eventId: Id, stats: RsvpStats, at: Instant })
export type EventFrame = Static<typeof EventFrame>

export const PongFrame = Type.Object({ type: Type.Literal('pong') })
export type PongFrame = Static<typeof PongFrame>

export type Frame = MessageFrame | EventFrame | PongFrame

/** What a client may say; everything else is passed over. */
export type ClientFrame = { type: 'ping' }

/** The code with which a socket is closed; a client comes again after the first three, and not after the others. */
export const closeCodes = {
  stopping: 1012,
  idle: 4000,
  slow: 1013,
  forbidden: 4403,
  gone: 4404,
  tooMany: 4429,
} as const
