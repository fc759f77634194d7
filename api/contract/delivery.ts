import { Type, type Static } from 'typebox'
import { deliveryStatuses } from '../domain/delivery.ts'
import { Id, Instant, nullable, oneOf } from './atoms.ts'

/** One guest of an audience; `reason` says in words why the guest gets no mail of their own. */
export const Recipient = Type.Object(
  {
    guestId: Id,
    name: nullable(Type.String()),
    email: nullable(Type.String()),
    reason: nullable(Type.String()),
    /** The guest whose mail speaks for this one, too. */
    carriedBy: nullable(Id),
  },
  { $id: 'Recipient' },
)
export type Recipient = Static<typeof Recipient>

export const RecipientCount = Type.Object(
  {
    count: Type.Integer(),
    excluded: Type.Object({
      unsubscribed: Type.Integer(),
      suppressed: Type.Integer(),
      noAddress: Type.Integer(),
      /** Guests of a household who are reached by one shared mail. */
      sharedAddress: Type.Integer(),
      /** Guests whom this host has mailed as often as `frequencyCap` allows. */
      frequencyCapped: Type.Integer(),
    }),
    /** How many mails an address gets within so many hours before a message of this kind is kept from it; null where nothing holds it back. */
    frequencyCap: nullable(Type.Object({ mails: Type.Integer(), hours: Type.Integer() })),
  },
  { $id: 'RecipientCount' },
)
export type RecipientCount = Static<typeof RecipientCount>

export const Delivery = Type.Object(
  {
    guestId: nullable(Id),
    guestName: nullable(Type.String()),
    address: nullable(Type.String()),
    status: oneOf(deliveryStatuses),
    reason: nullable(Type.String({ description: 'Plain words' })),
    reply: nullable(Type.String({ description: 'The provider’s raw answer' })),
    provider: nullable(Type.String()),
    providerMessageId: nullable(Type.String()),
    attempts: Type.Integer(),
    carriedBy: nullable(Id),
    wiredAt: nullable(Instant),
    acceptedAt: nullable(Instant),
    deliveredAt: nullable(Instant),
    openedAt: nullable(Instant),
    clickedAt: nullable(Instant),
    openedMachineAt: nullable(Instant),
    clickedMachineAt: nullable(Instant),
    machineReason: nullable(Type.String({ description: 'Why the first of these was a machine and no person' })),
    bouncedAt: nullable(Instant),
    dueAt: nullable(Instant),
    /** What happened, oldest first, in words. */
    timeline: Type.Array(Type.Object({ at: Instant, text: Type.String() })),
    leftAt: nullable(Type.String({ format: 'date-time', description: 'A host leaves it unknown' })),
    guestEmail: nullable(Type.String({ description: 'The guest’s address as it is now, where a second try would go' })),
  },
  { $id: 'Delivery' },
)
export type Delivery = Static<typeof Delivery>
