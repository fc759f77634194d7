import { Type, type Static } from 'typebox'
import { ambiguityPolicies, channels, messageKinds, messageStatuses, writableKinds } from '../domain/message.ts'
import { deliveryStatuses } from '../domain/delivery.ts'
import { bodyBytesMax, subjectMax } from '../domain/event-text.ts'
import { sendModes } from '../domain/plan-message.ts'
import { daysBeforeMax, hoursBeforeMax } from '../domain/schedule-rule.ts'
import { Id, Instant, nullable, oneOf } from './atoms.ts'

/** Relative to the event, in its zone; it moves when the event moves. */
export const Rule = Type.Union([
  Type.Object(
    {
      daysBefore: Type.Integer({ minimum: 0, maximum: daysBeforeMax }),
      localTime: Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' }),
      atLeastHoursBefore: Type.Optional(Type.Integer({ minimum: 1, maximum: hoursBeforeMax })),
    },
    { additionalProperties: false },
  ),
  Type.Object({ hoursBefore: Type.Integer({ minimum: 1, maximum: hoursBeforeMax }) }, { additionalProperties: false }),
])
export type Rule = Static<typeof Rule>

/** One key of `GET /audiences`, or several: ["attending","maybe"]. */
export const AudienceInput = Type.Union([
  Type.String({ maxLength: 200 }),
  Type.Array(Type.String({ maxLength: 50 }), { minItems: 1, maxItems: 20 }),
])

export const Subject = Type.String({ maxLength: subjectMax })
/** The domain counts its bytes. */
export const Body = Type.String({ maxLength: bodyBytesMax })

const written = {
  channel: Type.Optional(oneOf(channels, { default: 'email' })),
  subject: Subject,
  body: Body,
  sendAt: Type.Optional(nullable(Instant)),
  rule: Type.Optional(nullable(Rule)),
  onAmbiguous: Type.Optional(nullable(oneOf(ambiguityPolicies))),
}

export const NewMessage = Type.Object(
  {
    kind: Type.Optional(
      oneOf(writableKinds, {
        default: 'broadcast',
        description:
          'A notice tells guests that the event is cancelled or has moved: it goes first, reaches guests who unsubscribed, and may be sent for a cancelled event',
      }),
    ),
    audience: AudienceInput,
    ...written,
    mode: oneOf(sendModes),
  },
  { $id: 'NewMessage', additionalProperties: false },
)
export type NewMessage = Static<typeof NewMessage>

export const MessageChange = Type.Object(
  {
    ...written,
    audience: Type.Optional(AudienceInput),
    subject: Type.Optional(Subject),
    body: Type.Optional(Body),
    mode: Type.Optional(oneOf(sendModes)),
  },
  { $id: 'MessageChange', additionalProperties: false },
)
export type MessageChange = Static<typeof MessageChange>

/** total = queued + sent + failed + unknown + skipped + cancelled, always. The rest are facts inside sent. */
export const Counts = Type.Object({
  total: Type.Integer(),
  queued: Type.Integer(),
  sent: Type.Integer(),
  failed: Type.Integer(),
  unknown: Type.Integer(),
  skipped: Type.Integer(),
  cancelled: Type.Integer(),
  delivered: Type.Integer(),
  opened: Type.Integer(),
  openedMachine: Type.Integer(),
  clicked: Type.Integer(),
  clickedMachine: Type.Integer(),
  bounced: Type.Integer(),
  complained: Type.Integer(),
  unsubscribed: Type.Integer(),
})
export type Counts = Static<typeof Counts>

/** Whether it can be sent again to those who have not opened it, as far as that is known without looking at each guest. */
export const ResendHint = Type.Object({
  allowed: Type.Boolean(),
  reason: nullable(Type.String()),
  availableAt: nullable(Instant),
  resentAs: nullable(Id),
})
export type ResendHint = Static<typeof ResendHint>

export const Message = Type.Object(
  {
    id: Id,
    eventId: Id,
    kind: oneOf(messageKinds),
    label: Type.String({ description: 'The friendly name that people see' }),
    status: oneOf(messageStatuses),
    audience: Type.Array(Type.String()),
    channel: oneOf(channels),
    subject: Type.String(),
    body: Type.String(),
    sendAt: nullable(Instant),
    rule: nullable(Rule),
    /** Null: as the operator has set it. */
    onAmbiguous: nullable(oneOf(ambiguityPolicies)),
    counts: Counts,
    /** How many would receive it now (draft, scheduled) or were found when it fired. */
    recipients: Type.Integer(),
    pausedAt: nullable(Instant),
    pauseReason: nullable(Type.String()),
    pauseReply: nullable(Type.String({ description: "The provider's own words, where it is the reason" })),
    waitsFor: nullable(
      Type.Object(
        { reason: Type.String(), until: Instant },
        { description: 'It is on its way, and its provider takes no mail until then; it goes on by itself' },
      ),
    ),
    firedAt: nullable(Instant),
    finishedAt: nullable(Instant),
    cancelledAt: nullable(Instant),
    /** In words: why it is cancelled or failed. */
    endReason: nullable(Type.String()),
    provider: nullable(Type.String()),
    /** Until then a send-now can be undone with PATCH {mode:"draft"}. */
    undoUntil: nullable(Instant),
    reopened: Type.Boolean({ description: 'It is over, and goes on for guests who are tried again' }),
    unresolved: Type.Integer({ description: 'Of the unknown ones, those about which no host has decided' }),
    missed: Type.Boolean({ description: 'It was found too late to go out by itself; send-now sends it anyway' }),
    resendOf: nullable(Type.String({ format: 'uuid', description: 'The message that this one is sent again of' })),
    /** Where one message is answered, and it has gone out. */
    resend: Type.Optional(nullable(ResendHint)),
    version: Type.Integer(),
    createdAt: Instant,
    updatedAt: Instant,
  },
  { $id: 'Message' },
)
export type Message = Static<typeof Message>

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

export const Preview = Type.Object(
  { subject: Type.String(), html: Type.String(), text: Type.String(), guestName: nullable(Type.String()) },
  { $id: 'Preview' },
)
export type Preview = Static<typeof Preview>

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

export const Audience = Type.Object(
  { key: Type.String(), label: Type.String(), statuses: Type.Array(Type.String()) },
  { $id: 'Audience' },
)
export type Audience = Static<typeof Audience>

export const Placeholder = Type.Object(
  { token: Type.String(), label: Type.String(), example: Type.String(), fallback: nullable(Type.String()) },
  { $id: 'Placeholder' },
)
export type Placeholder = Static<typeof Placeholder>

export const ChannelState = Type.Object(
  { key: oneOf(channels), label: Type.String(), configured: Type.Boolean(), reason: nullable(Type.String()) },
  { $id: 'ChannelState' },
)
export type ChannelState = Static<typeof ChannelState>
