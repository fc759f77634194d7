import { Type, type Static } from 'typebox'
import { writableKinds } from '../domain/message.ts'
import { Id, nullable, oneOf } from './atoms.ts'
import { AudienceInput, Body, Subject } from './message.ts'

export const PreviewRequest = Type.Object(
  {
    guestId: Type.Optional(Id),
    /** Unsaved words; the stored ones when missing. */
    subject: Type.Optional(Subject),
    body: Type.Optional(Body),
  },
  { $id: 'PreviewRequest', additionalProperties: false },
)
export type PreviewRequest = Static<typeof PreviewRequest>

/** A message that is not stored yet. A notice says that it reaches guests who unsubscribed, too, so that its kind shows in the mail. */
export const UnsavedPreviewRequest = Type.Object(
  {
    guestId: Type.Optional(Id),
    kind: Type.Optional(oneOf(writableKinds, { default: 'broadcast' })),
    audience: Type.Optional(AudienceInput),
    subject: Subject,
    body: Body,
  },
  { $id: 'UnsavedPreviewRequest', additionalProperties: false },
)

export const Preview = Type.Object(
  { subject: Type.String(), html: Type.String(), text: Type.String(), guestName: nullable(Type.String()) },
  { $id: 'Preview' },
)
export type Preview = Static<typeof Preview>
