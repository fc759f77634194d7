import type { Collaborator, EditedEvent, Event } from '../../api/contract/event.ts'
import type { Guest, ImportReport } from '../../api/contract/guest.ts'

export const eventId = '01900000-0000-7000-8000-000000000001'
export const me = { id: 'user-maren', name: 'Maren Holt', email: 'maren@holt.works', emailVerified: true }

export function event(change: Partial<Event> = {}): Event {
  return {
    id: eventId,
    name: 'The Long Table',
    localStart: '2027-03-14T18:00',
    localEnd: '2027-03-14T22:00',
    timezone: 'America/New_York',
    venue: 'Red Hook Boathouse',
    description: null,
    capacity: null,
    rsvpUntil: null,
    branding: {},
    startsAt: '2027-03-14T22:00:00.000Z',
    endsAt: '2027-03-15T02:00:00.000Z',
    status: 'published',
    cancelledAt: null,
    role: 'owner',
    hostName: 'Maren Holt',
    stats: { invited: 2, attending: 1, maybe: 0, declined: 0, pending: 1, unsubscribed: 0, headcount: 2 },
    version: 3,
    createdAt: '2027-01-01T00:00:00.000Z',
    updatedAt: '2027-01-01T00:00:00.000Z',
    ...change,
  }
}

export function edited(change: Partial<EditedEvent> = {}): EditedEvent {
  const nothing = {
    moved: [],
    cancelled: [],
    rearmed: [],
    alreadySending: [],
    nowAfterEvent: [],
    nowBeforeEvent: [],
    added: [],
  }
  return { ...event(), ...nothing, ...change }
}

export function guest(change: Partial<Guest> = {}): Guest {
  return {
    id: 'guest-ada',
    name: 'Ada Brandt',
    email: 'ada@brandt.studio',
    phone: null,
    rsvpStatus: 'pending',
    partySize: 1,
    tags: [],
    household: null,
    note: null,
    respondedAt: null,
    unsubscribedAt: null,
    version: 1,
    createdAt: '2027-01-01T00:00:00.000Z',
    updatedAt: '2027-01-01T00:00:00.000Z',
    rsvpUrl: 'https://tidings.example/r/ada',
    ...change,
  }
}

export function collaborator(change: Partial<Collaborator> = {}): Collaborator {
  const { id, name, email } = me
  return { userId: id, name, email, role: 'owner', addedAt: '2027-01-01T00:00:00.000Z', ...change }
}

export function report(change: Partial<ImportReport> = {}): ImportReport {
  const rejectedTotal = change.rejected?.length ?? 0
  return { dryRun: true, created: 0, updated: 0, unchanged: 0, rejected: [], rejectedTotal, notes: [], ...change }
}
