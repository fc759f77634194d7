import { Type } from 'typebox'
import { deliveryStatuses } from '../domain/delivery.ts'
import { messageStatuses, tabs, type Tab } from '../domain/message.ts'
import { Id, nullable, oneOf, PageQuery } from './atoms.ts'
import { AudienceInput, Body, Subject } from './message.ts'

export const MessageListQuery = Type.Object(
  {
    ...PageQuery,
    tab: Type.Optional(oneOf(Object.keys(tabs) as Tab[], { description: 'Each status is in exactly one tab' })),
    q: Type.Optional(Type.String({ maxLength: 200, description: 'Part of the subject or of a reminder’s name' })),
    status: Type.Optional(oneOf(messageStatuses)),
  },
  { additionalProperties: false },
)

export const AudienceQuery = Type.Object({ audience: AudienceInput }, { additionalProperties: false })

export const RecipientsQuery = Type.Object({ audience: AudienceInput, ...PageQuery }, { additionalProperties: false })

export const DeliveryListQuery = Type.Object(
  { ...PageQuery, status: Type.Optional(oneOf(deliveryStatuses)) },
  { additionalProperties: false },
)

/** Without `discard` the message is held and can go on; with it, whatever has not left never does. */
export const StopRequest = Type.Optional(
  nullable(Type.Object({ discard: Type.Optional(Type.Boolean({ default: false })) }, { additionalProperties: false })),
)

/** A message that is not stored yet. */
export const UnsavedPreviewRequest = Type.Object(
  {
    guestId: Type.Optional(Id),
    audience: Type.Optional(AudienceInput),
    subject: Subject,
    body: Body,
  },
  { $id: 'UnsavedPreviewRequest', additionalProperties: false },
)
