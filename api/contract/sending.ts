import { Type, type Static } from 'typebox'
import { Instant, nullable } from './atoms.ts'

/** What keeps an event's mails from leaving though nobody of the event stopped them. */
export const Sending = Type.Object(
  {
    hold: nullable(
      Type.Object({ heldAt: Instant, reason: nullable(Type.String({ description: "The operator's own words" })) }),
    ),
    /** Messages of this event that wait for a mail provider which no live notifier has. */
    stranded: Type.Array(Type.Object({ provider: Type.String({ description: 'Its name' }), messages: Type.Integer() })),
    notifierAlive: Type.Boolean({ description: 'Whether anybody is there who sends' }),
    overdue: Type.Object(
      { count: Type.Integer(), oldestDueAt: nullable(Instant) },
      { description: 'Messages of this event whose time has come, and that nobody has in hand' },
    ),
  },
  { $id: 'Sending' },
)
export type Sending = Static<typeof Sending>
