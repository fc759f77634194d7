import type { AccountSettings } from '../../../api/contract/account.ts'
import type { Delivery, Recipient, RecipientCount } from '../../../api/contract/delivery.ts'
import type { Collaborator, EditedEvent, Event, EventChange, NewEvent, RsvpStats } from '../../../api/contract/event.ts'
import type { Guest, GuestChange, ImportReport, NewGuest } from '../../../api/contract/guest.ts'
import type { Audience, ChannelState, Placeholder } from '../../../api/contract/lists.ts'
import type { Message, MessageChange, NewMessage } from '../../../api/contract/message.ts'
import type { Metrics } from '../../../api/contract/metrics.ts'
import type { Preview } from '../../../api/contract/preview.ts'
import type { Sending } from '../../../api/contract/sending.ts'
import type * as operator from './operator.ts'
import type { EventReport, MessageTimeline, ResendOffer, Revision, Skip } from './reports.ts'

export type Page<T> = { items: T[]; nextCursor: string | null }
type Paging = { limit?: number; cursor?: string }

export type Role = Event['role']
export type User = { id: string; name: string; email: string; emailVerified: boolean }

/** Every call that the app makes: what it sends, and what comes back. The server's contract, read as a table. */
export type Routes = {
  'GET /auth/get-session': { reply: { user: User } | null }
  'POST /auth/sign-up/email': {
    body: { name: string; email: string; password: string }
    reply: { user: User; token: string | null }
  }
  'POST /auth/sign-in/email': { body: { email: string; password: string; rememberMe?: boolean }; reply: { user: User } }
  'POST /auth/sign-out': { body: Record<string, never>; reply: unknown }
  'POST /auth/request-password-reset': { body: { email: string; redirectTo: string }; reply: unknown }
  'POST /auth/reset-password': { body: { newPassword: string; token: string }; reply: unknown }
  'POST /auth/verify-email': { body: { token: string }; reply: unknown }
  'POST /auth/change-password': {
    body: { currentPassword: string; newPassword: string; revokeOtherSessions: boolean }
    reply: unknown
  }
  'POST /auth/change-email': { body: { newEmail: string; callbackURL: string }; reply: unknown }
  'POST /auth/update-user': { body: { name: string }; reply: unknown }
  'POST /auth/delete-user': { body: { password: string }; reply: unknown }

  'GET /v1/account/settings': { reply: AccountSettings }
  'PATCH /v1/account/settings': { body: Partial<AccountSettings>; reply: AccountSettings }

  'GET /v1/events': { query: Paging & { q?: string }; reply: Page<Event> }
  'POST /v1/events': { body: NewEvent; reply: Event }
  'GET /v1/events/{id}': { reply: Event }
  'PATCH /v1/events/{id}': { query: { dryRun?: boolean }; body: EventChange; reply: EditedEvent }
  'DELETE /v1/events/{id}': { reply: void }
  'POST /v1/events/{id}/cancel': { body: Record<string, never>; reply: Event }
  'POST /v1/events/{id}/duplicate': { body: Record<string, never>; reply: Event }
  'GET /v1/events/{id}/stats': { reply: RsvpStats }

  'GET /v1/events/{id}/collaborators': { query: Paging; reply: Page<Collaborator> }
  'POST /v1/events/{id}/collaborators': { body: { email: string; role: Role }; reply: Collaborator }
  'PATCH /v1/events/{id}/collaborators/{userId}': { body: { role: Role }; reply: Collaborator }
  'DELETE /v1/events/{id}/collaborators/{userId}': { reply: void }

  'GET /v1/events/{id}/guests': { query: Paging & { status?: string; tag?: string; q?: string }; reply: Page<Guest> }
  'POST /v1/events/{id}/guests': { body: NewGuest; reply: Guest }
  'GET /v1/events/{id}/guests/{guestId}': { reply: Guest }
  'PATCH /v1/events/{id}/guests/{guestId}': { body: GuestChange; reply: Guest }
  'DELETE /v1/events/{id}/guests/{guestId}': { reply: void }
  'DELETE /v1/events/{id}/guests/{guestId}/suppression': { reply: void }
  'POST /v1/events/{id}/guests/import': { query: { dryRun?: boolean }; body: Csv; reply: ImportReport }
  'GET /v1/events/{id}/guests/export': { reply: string }

  'GET /v1/events/{id}/sending': { reply: Sending }
  'GET /v1/events/{id}/messages': {
    query: Paging & { tab?: 'scheduled' | 'sent' | 'cancelled'; q?: string; status?: string }
    reply: Page<Message>
  }
  'POST /v1/events/{id}/messages': { body: NewMessage; reply: Message }
  'GET /v1/events/{id}/messages/recipient-count': {
    query: { audience: string; kind?: 'notice' | 'reminder'; sendAt?: string; resendOf?: string }
    reply: RecipientCount
  }
  'GET /v1/events/{id}/messages/recipients': {
    query: Paging & { audience: string; kind?: 'notice' | 'reminder'; sendAt?: string; resendOf?: string }
    reply: Page<Recipient>
  }
  'POST /v1/events/{id}/messages/preview': {
    body: { guestId?: string; kind?: 'notice'; audience?: string[]; subject: string; body: string }
    reply: Preview
  }
  'GET /v1/events/{id}/messages/{messageId}': { reply: Message }
  'PATCH /v1/events/{id}/messages/{messageId}': { body: MessageChange; reply: Message }
  'DELETE /v1/events/{id}/messages/{messageId}': { reply: void }
  'POST /v1/events/{id}/messages/{messageId}/send-now': { body: Record<string, never>; reply: Message }
  'POST /v1/events/{id}/messages/{messageId}/preview': {
    body: { guestId?: string; subject?: string; body?: string }
    reply: Preview
  }
  'POST /v1/events/{id}/messages/{messageId}/test-send': { body: Record<string, never>; reply: unknown }
  'POST /v1/events/{id}/messages/{messageId}/retry-failed': { body: { guests?: string[] }; reply: Message }
  'GET /v1/events/{id}/messages/{messageId}/resend': { reply: ResendOffer }
  'POST /v1/events/{id}/messages/{messageId}/resend': { body: { subject?: string }; reply: Message }
  'POST /v1/events/{id}/messages/{messageId}/stop': { body: { discard: boolean }; reply: Message }
  'POST /v1/events/{id}/messages/{messageId}/resume': { body: Record<string, never>; reply: Message }
  'POST /v1/events/{id}/messages/{messageId}/resolve': {
    body: { deliveries: string[] | 'all'; as: 'resend' | 'leave' }
    reply: Message
  }
  'GET /v1/events/{id}/messages/{messageId}/deliveries': {
    query: Paging & { status?: string }
    reply: Page<Delivery>
  }
  'GET /v1/events/{id}/messages/{messageId}/metrics': { reply: Metrics }
  'GET /v1/events/{id}/messages/{messageId}/metrics/stream': { reply: unknown }
  'GET /v1/events/{id}/messages/{messageId}/timeline': { reply: MessageTimeline }
  'GET /v1/events/{id}/messages/{messageId}/skips': { reply: { items: Skip[] } }
  'GET /v1/events/{id}/messages/{messageId}/revisions': { reply: { items: Revision[] } }
  'GET /v1/events/{id}/metrics': { reply: EventReport }

  'GET /v1/operator/health': { reply: operator.Health }
  'GET /v1/operator/providers': { reply: operator.Providers }
  'POST /v1/operator/providers/test': { body: { to?: string }; reply: operator.ProviderTest }
  'GET /v1/operator/connections': { reply: operator.Connections }
  'GET /v1/operator/webhooks': { reply: operator.Webhooks }
  'GET /v1/operator/backfill': { reply: operator.BackfillState }
  'POST /v1/operator/backfill': { body: { begin: string; end: string }; reply: operator.Backfill }
  'DELETE /v1/operator/backfill': { reply: void }

  'GET /v1/placeholders': { reply: { items: Placeholder[] } }
  'GET /v1/audiences': { reply: { items: Audience[] } }
  'GET /v1/channels': { reply: { items: ChannelState[] } }
}

/** Sent as text/csv instead of JSON. */
export type Csv = { csv: Blob | string }

export type Route = keyof Routes
export type Reply<R extends Route> = Routes[R]['reply']

type ParamNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParamNames<Rest>
  : never
type Part<R extends Route, Key extends 'query' | 'body'> = Routes[R] extends Record<Key, infer Value> ? Value : never

/** The parts of a call that its route asks for, and no others. */
export type CallOptions<R extends Route> = ([ParamNames<R>] extends [never]
  ? object
  : { params: Record<ParamNames<R>, string> }) &
  ([Part<R, 'body'>] extends [never] ? object : { body: Part<R, 'body'> }) &
  ([Part<R, 'query'>] extends [never] ? object : { query?: Part<R, 'query'> }) & {
    signal?: AbortSignal
    /** The version that was read; the server answers 412 when somebody else was faster. */
    version?: number
    /** The same key for the same intent: a repeat after a lost answer creates nothing twice. */
    idempotencyKey?: string
  }
