import { Type, type Static } from 'typebox'
import { messageKinds, messageStatuses } from '../domain/message.ts'
import { rateParts, type RateName } from '../domain/rates.ts'
import { Id, Instant, nullable, oneOf } from './atoms.ts'
import { Counts } from './message.ts'

const rateNames = Object.keys(rateParts) as RateName[]

/** Percent with two decimals; null from fewer than five mails, or of nothing. The name says of what it is a share. */
export const Rates = Type.Object(
  Object.fromEntries(rateNames.map((name) => [name, nullable(Type.Number())])) as Record<
    RateName,
    ReturnType<typeof nullable<ReturnType<typeof Type.Number>>>
  >,
)
export type Rates = Static<typeof Rates>

export const Uplift = Type.Object(
  {
    message: Type.String({ description: '"15 more guests opened after resend (+8.3 %)"' }),
    additionalOpens: Type.Integer({ description: 'Guests who opened this mail and not the first' }),
    originalOpens: Type.Integer(),
    percentage: nullable(Type.Number({ description: 'Of those who had opened the first mail; one decimal' })),
  },
  { description: 'Only of a message that was sent again to those who had not opened it' },
)
export type Uplift = Static<typeof Uplift>

/** How a message stands. REST, the stream and the socket all tell it in this shape. */
export const Metrics = Type.Object(
  {
    message: Type.Object({
      id: Id,
      eventId: Id,
      status: oneOf(messageStatuses),
      kind: oneOf(messageKinds),
      label: Type.String(),
      pausedAt: nullable(Instant),
      reopened: Type.Boolean(),
      firedAt: nullable(Instant),
      finishedAt: nullable(Instant),
    }),
    counts: Counts,
    rates: Rates,
    uplift: Type.Optional(Uplift),
    at: Instant,
  },
  { $id: 'Metrics' },
)
export type Metrics = Static<typeof Metrics>
