import { Type, type Static } from 'typebox'
import { eventStatuses } from '../domain/event-status.ts'
import { householdMax, nameMax, noteMax, phoneMax, tagMax, tagsPerGuestMax } from '../domain/person-text.ts'
import { partySizeMax, rsvpAnswers, rsvpStatuses } from '../domain/rsvp.ts'
import { Id, Instant, nullable, oneOf, PageQuery, TypedAddress } from './atoms.ts'

const PartySize = Type.Integer({ minimum: 1, maximum: partySizeMax })
const Tag = Type.String({ minLength: 1, maxLength: tagMax })

const fields = {
  name: nullable(Type.String({ maxLength: nameMax })),
  email: nullable(TypedAddress),
  // Twice what is stored: the domain takes blanks and signs away before it counts.
  phone: nullable(Type.String({ maxLength: 2 * phoneMax })),
  rsvpStatus: oneOf(rsvpStatuses),
  partySize: PartySize,
  tags: Type.Array(Tag, { maxItems: tagsPerGuestMax }),
  household: nullable(Type.String({ maxLength: householdMax })),
  note: nullable(Type.String({ maxLength: noteMax })),
}

const optionalFields = {
  name: Type.Optional(fields.name),
  email: Type.Optional(fields.email),
  phone: Type.Optional(fields.phone),
  rsvpStatus: Type.Optional(fields.rsvpStatus),
  partySize: Type.Optional(fields.partySize),
  tags: Type.Optional(fields.tags),
  household: Type.Optional(fields.household),
  note: Type.Optional(fields.note),
}

/** A guest needs a name or an e-mail address. */
export const NewGuest = Type.Object(optionalFields, { $id: 'NewGuest', additionalProperties: false })
export type NewGuest = Static<typeof NewGuest>

export const GuestChange = Type.Object(optionalFields, { $id: 'GuestChange', additionalProperties: false })
export type GuestChange = Static<typeof GuestChange>

export const Guest = Type.Object(
  {
    id: Id,
    ...fields,
    respondedAt: nullable(Instant),
    unsubscribedAt: nullable(Instant),
    version: Type.Integer(),
    createdAt: Instant,
    updatedAt: Instant,
    /** Since when nothing is sent to the address because a mail bounced for good; told of one guest only. */
    bouncedAt: Type.Optional(nullable(Instant)),
    rsvpUrl: Type.Optional(Type.String({ description: 'The guest’s personal link; editors and owners only' })),
  },
  { $id: 'Guest' },
)
export type Guest = Static<typeof Guest>

/** `status` is one answer or several with commas; `q` is part of a name or address, whatever the case and accents. */
export const GuestListQuery = Type.Object({
  ...PageQuery,
  status: Type.Optional(Type.String({ maxLength: 100 })),
  tag: Type.Optional(Tag),
  q: Type.Optional(Type.String({ maxLength: 200 })),
})

/** A list with more faults than this has one fault many times, and nobody reads further. */
export const importLinesMax = 200

export const ImportReport = Type.Object(
  {
    dryRun: Type.Boolean(),
    created: Type.Integer(),
    updated: Type.Integer(),
    unchanged: Type.Integer(),
    rejected: Type.Array(Type.Object({ line: Type.Integer(), reason: Type.String() }), {
      maxItems: importLinesMax,
      description: 'The first of the lines that were left out, and why',
    }),
    rejectedTotal: Type.Integer({ description: 'How many lines were left out, those beyond `rejected` included' }),
    notes: Type.Array(Type.String(), {
      maxItems: importLinesMax,
      description: 'In words: lines that were merged into others of the same file, and columns that mean nothing here',
    }),
  },
  { $id: 'ImportReport' },
)
export type ImportReport = Static<typeof ImportReport>

/** What a guest sees behind the personal link. */
export const Invitation = Type.Object(
  {
    status: oneOf(rsvpStatuses),
    guestName: nullable(Type.String()),
    partySize: Type.Integer(),
    note: nullable(Type.String()),
    respondedAt: nullable(Instant),
    /** False after the deadline, after the start, or when the event is cancelled. */
    open: Type.Boolean(),
    event: Type.Object({
      name: Type.String(),
      startsAt: Instant,
      endsAt: nullable(Instant),
      localStart: Type.String(),
      localEnd: nullable(Type.String()),
      timezone: Type.String(),
      date: Type.String({ description: 'The date as a guest reads it, zone named' }),
      venue: nullable(Type.String()),
      description: nullable(Type.String()),
      hostName: Type.String(),
      status: oneOf(eventStatuses),
      rsvpUntil: nullable(Instant),
    }),
  },
  { $id: 'Invitation' },
)
export type Invitation = Static<typeof Invitation>

export const Answer = Type.Object(
  {
    status: oneOf(rsvpAnswers),
    partySize: Type.Optional(PartySize),
    note: Type.Optional(Type.String({ maxLength: noteMax })),
  },
  { $id: 'Answer', additionalProperties: false },
)
export type Answer = Static<typeof Answer>
