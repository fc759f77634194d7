import { Type, type Static } from 'typebox'
import { skipReasons, type SkipReason } from '../domain/delivery.ts'
import { Id, Instant, nullable, oneOf, page } from './atoms.ts'
import { Counts } from './message.ts'
import { Rates } from './metrics.ts'

const Figures = Type.Object({
  counts: Counts,
  rates: Rates,
  messages: Type.Integer({ description: 'Those that have gone out' }),
})

/** Figures of an event: what the host wrote, and what the event's reminders say by themselves, never added up. */
export const EventMetrics = Type.Object(
  { broadcasts: Figures, reminders: Figures, at: Instant },
  { $id: 'EventMetrics' },
)
export type EventMetrics = Static<typeof EventMetrics>

const moments = {
  accepted: Type.Integer(),
  delivered: Type.Integer(),
  opened: Type.Integer(),
  clicked: Type.Integer(),
  /** Guests of the event by their own latest answer; whether the message brought it about nobody knows. */
  attending: Type.Integer(),
  maybe: Type.Integer(),
  declined: Type.Integer(),
}

/** What happened after a message went out, in steps of equal length. */
export const Timeline = Type.Object(
  {
    from: nullable(Type.String({ format: 'date-time', description: 'When it went out; null before' })),
    stepMs: Type.Integer(),
    steps: Type.Array(Type.Object({ at: Instant, ...moments }), { maxItems: 60 }),
    later: Type.Object(moments, { description: 'After the last step: with it all steps add up to the counts' }),
  },
  { $id: 'Timeline' },
)
export type Timeline = Static<typeof Timeline>

/** Why guests of a message's audience got none: the largest part first. Together they are the skipped ones of its counts. */
export const Skips = Type.Object(
  {
    items: Type.Array(
      Type.Object({
        reason: oneOf(Object.keys(skipReasons) as SkipReason[]),
        count: Type.Integer({ minimum: 1 }),
        words: Type.String({ description: 'To be read after the number: "already mailed as often as is allowed"' }),
      }),
    ),
  },
  { $id: 'Skips' },
)
export type Skips = Static<typeof Skips>

/** One version of a message's words, and what became of the mails that went out with it. */
export const Revision = Type.Object(
  {
    messageId: Id,
    generation: Type.Integer({
      description: 'A reminder that was set anew after it had gone out is the next generation',
    }),
    version: Type.Integer(),
    subject: Type.String(),
    createdAt: Instant,
    editedBy: nullable(Type.String({ description: 'The name of who wrote this version' })),
    firedAt: nullable(Instant),
    counts: nullable(Counts),
    rates: nullable(Rates),
  },
  { $id: 'Revision' },
)
export type Revision = Static<typeof Revision>

export const RevisionPage = page(Revision)
