import { Type, type Static } from 'typebox'
import { deliveryStatuses } from '../domain/delivery.ts'
import { messageStatuses, tabs, writableKinds, type Tab } from '../domain/message.ts'
import { Id, Instant, nullable, oneOf, PageQuery } from './atoms.ts'
import { AudienceInput } from './message.ts'

export const MessageListQuery = Type.Object(
  {
    ...PageQuery,
    tab: Type.Optional(oneOf(Object.keys(tabs) as Tab[], { description: 'Each status is in exactly one tab' })),
    q: Type.Optional(Type.String({ maxLength: 200, description: 'Part of the subject or of a reminder’s name' })),
    status: Type.Optional(oneOf(messageStatuses)),
  },
  { additionalProperties: false },
)

/** Of these, only guests who got that message and have not opened it. */
const Unopened = { resendOf: Type.Optional(Id) }

/**
 * Whom a message is for, and what decides who of them is left out: its kind, and when it goes. A notice reaches guests who unsubscribed, too, so
 * that its number is another.
 */
const Asked = {
  audience: AudienceInput,
  kind: Type.Optional(oneOf([...writableKinds, 'reminder'], { default: 'broadcast' })),
  ...Unopened,
  sendAt: Type.Optional({
    ...Instant,
    description: 'When it goes out, if not now: how often guests were mailed is counted up to then',
  }),
}

export const AudienceQuery = Type.Object(Asked, { additionalProperties: false })

export const RecipientsQuery = Type.Object({ ...Asked, ...PageQuery }, { additionalProperties: false })

export const DeliveryListQuery = Type.Object(
  { ...PageQuery, status: Type.Optional(oneOf(deliveryStatuses)) },
  { additionalProperties: false },
)

/** Without `discard` the message is held and can go on; with it, whatever has not left never does. */
export const StopRequest = Type.Optional(
  nullable(Type.Object({ discard: Type.Optional(Type.Boolean({ default: false })) }, { additionalProperties: false })),
)

/** A few are picked by hand; a list of everybody is "all". */
const guestsPickedMax = 1000
const SomeGuests = (description: string) => Type.Array(Id, { minItems: 1, maxItems: guestsPickedMax, description })

/** Without `guests`, all who failed. Those who are named are also tried when they had no address, or a bad one, and have another now. */
export const RetryRequest = Type.Optional(
  nullable(
    Type.Object(
      { guests: Type.Optional(SomeGuests('Only these guests')) },
      { additionalProperties: false, examples: [{}, { guests: ['0198c5a2-7a10-7cc3-9b1f-0000000000a1'] }] },
    ),
  ),
)

/** `resend`: they may get it twice. `leave`: they stay unknown, and a late word from the provider still settles them. */
export const ResolveRequest = Type.Object(
  {
    deliveries: Type.Union([Type.Literal('all'), SomeGuests('The guests whose outcome is unknown')]),
    as: oneOf(['resend', 'leave']),
  },
  {
    additionalProperties: false,
    examples: [
      { deliveries: 'all', as: 'leave' },
      { deliveries: ['0198c5a2-7a10-7cc3-9b1f-0000000000a1'], as: 'resend' },
    ],
  },
)
export type ResolveRequest = Static<typeof ResolveRequest>
