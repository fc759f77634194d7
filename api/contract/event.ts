import { Type, type Static } from 'typebox'
import { editableStatuses, eventStatuses } from '../domain/event-status.ts'
import { descriptionMax, eventNameMax, venueMax } from '../domain/event-text.ts'
import { guestsPerEventMax } from '../domain/refusals/guest-limit-reached.ts'
import { roles } from '../domain/roles.ts'
import { Id, Instant, nullable, oneOf, TypedAddress } from './atoms.ts'

/** The longest that the domain reads is far shorter; this only keeps a book out of the date. */
const WallTime = Type.String({ description: 'Wall time in the event’s zone, such as 2027-03-14T18:00', maxLength: 32 })

/** Signed under each mail; on a phone this is three lines already. */
const senderNameMax = 100

const Branding = Type.Object({
  color: Type.Optional(Type.String({ pattern: '^#[0-9a-fA-F]{6}$', description: 'The event’s own colour' })),
  senderName: Type.Optional(Type.String({ minLength: 1, maxLength: senderNameMax })),
})

const fields = {
  name: Type.String({ minLength: 1, maxLength: eventNameMax }),
  localStart: WallTime,
  localEnd: nullable(WallTime),
  timezone: Type.String({ description: 'IANA time zone, such as America/New_York', maxLength: 64 }),
  venue: nullable(Type.String({ maxLength: venueMax })),
  description: nullable(Type.String({ maxLength: descriptionMax })),
  capacity: nullable(Type.Integer({ minimum: 1, maximum: guestsPerEventMax })),
  rsvpUntil: nullable(Instant),
  branding: Branding,
}

/** What a new event may leave out and an edit may leave as it is. */
const optional = {
  localEnd: Type.Optional(fields.localEnd),
  venue: Type.Optional(fields.venue),
  description: Type.Optional(fields.description),
  capacity: Type.Optional(fields.capacity),
  rsvpUntil: Type.Optional(fields.rsvpUntil),
  branding: Type.Optional(fields.branding),
}

export const NewEvent = Type.Object(
  {
    name: fields.name,
    localStart: fields.localStart,
    timezone: fields.timezone,
    ...optional,
    status: Type.Optional(oneOf(editableStatuses, { default: 'published' })),
  },
  { $id: 'NewEvent', additionalProperties: false },
)
export type NewEvent = Static<typeof NewEvent>

export const EventChange = Type.Object(
  {
    name: Type.Optional(fields.name),
    localStart: Type.Optional(fields.localStart),
    timezone: Type.Optional(fields.timezone),
    ...optional,
    status: Type.Optional(oneOf(editableStatuses)),
  },
  { $id: 'EventChange', additionalProperties: false },
)
export type EventChange = Static<typeof EventChange>

/** What a copy of an event has instead of the original's. */
export const EventCopy = Type.Object(
  {
    name: Type.Optional(fields.name),
    localStart: Type.Optional(fields.localStart),
    localEnd: Type.Optional(fields.localEnd),
    timezone: Type.Optional(fields.timezone),
  },
  { $id: 'EventCopy', additionalProperties: false },
)

export const RsvpStats = Type.Object({
  invited: Type.Integer(),
  attending: Type.Integer(),
  maybe: Type.Integer(),
  declined: Type.Integer(),
  pending: Type.Integer(),
  unsubscribed: Type.Integer(),
  /** People, not guests: the party sizes of those attending. */
  headcount: Type.Integer(),
})
export type RsvpStats = Static<typeof RsvpStats>

export const Event = Type.Object(
  {
    id: Id,
    ...fields,
    startsAt: Instant,
    endsAt: nullable(Instant),
    status: oneOf(eventStatuses),
    cancelledAt: nullable(Instant),
    role: oneOf(roles, { description: 'What the signed-in person may do here' }),
    hostName: Type.String(),
    stats: RsvpStats,
    version: Type.Integer(),
    createdAt: Instant,
    updatedAt: Instant,
  },
  { $id: 'Event' },
)
export type Event = Static<typeof Event>

/** One message that an edit of the event touches. */
const Touched = Type.Object({
  messageId: Id,
  label: Type.String(),
  oldSendAt: nullable(Instant),
  newSendAt: nullable(Instant),
})

/** What an edit of an event does (or, with dryRun, would do) to its messages. */
export const EventImpact = Type.Object(
  {
    moved: Type.Array(Touched),
    cancelled: Type.Array(Touched),
    rearmed: Type.Array(Touched),
    alreadySending: Type.Array(Touched),
    nowAfterEvent: Type.Array(Touched),
    /** The other way round: written for after the event, and now before it. */
    nowBeforeEvent: Type.Array(Touched),
    /** Reminders that would have been late before, and get their turn. */
    added: Type.Array(Type.Object({ label: Type.String(), sendAt: Instant })),
  },
  { $id: 'EventImpact' },
)
export type EventImpact = Static<typeof EventImpact>

/** The event after the edit, with what really changed beside it. A dry run answers the event as it would be. */
export const EditedEvent = Type.Object({ ...Event.properties, ...EventImpact.properties }, { $id: 'EditedEvent' })
export type EditedEvent = Static<typeof EditedEvent>

export const Collaborator = Type.Object(
  { userId: Id, name: Type.String(), email: Type.String(), role: oneOf(roles), addedAt: Instant },
  { $id: 'Collaborator' },
)
export type Collaborator = Static<typeof Collaborator>

export const NewCollaborator = Type.Object(
  { email: TypedAddress, role: oneOf(roles) },
  { $id: 'NewCollaborator', additionalProperties: false },
)
export const CollaboratorChange = Type.Object(
  { role: oneOf(roles) },
  { $id: 'CollaboratorChange', additionalProperties: false },
)
