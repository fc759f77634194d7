import { Type, type Static } from 'typebox'
import { Id, Instant, nullable, oneOf } from '../atoms.ts'

/** An interval of which all events are fetched again. */
export const SetBackfill = Type.Object(
  {
    provider: Type.Optional(Type.String({ maxLength: 50, description: 'The one with an event API unless told' })),
    begin: Type.String({ maxLength: 40, description: 'An instant of the last 31 days' }),
    end: Type.String({ maxLength: 40 }),
  },
  { $id: 'SetBackfill', additionalProperties: false },
)

export const BackfillJson = Type.Object(
  {
    id: Id,
    state: oneOf(['waiting', 'running', 'finished', 'cancelled']),
    begin: Instant,
    end: Instant,
    requestedAt: Instant,
    requestedBy: Type.String(),
    finishedAt: nullable(Instant),
    cancelledAt: nullable(Instant),
    events: Type.Integer(),
    applied: Type.Integer({ description: 'Events that told something new' }),
    noop: Type.Integer({ description: 'Events that were known' }),
    unprocessable: Type.Integer(),
    reached: Type.Array(Type.Object({ pipeline: Type.String(), at: Instant })),
  },
  { $id: 'Backfill' },
)
export type BackfillJson = Static<typeof BackfillJson>

export const BackfillState = Type.Object(
  {
    backfill: nullable(BackfillJson),
    possible: Type.Boolean({ description: 'Whether one can be set now' }),
    words: nullable(Type.String({ description: 'Why not, and what to do instead' })),
  },
  { $id: 'BackfillState' },
)
export type BackfillState = Static<typeof BackfillState>
