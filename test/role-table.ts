/** Who may use each route, written by hand. A route that is not here fails the test, and so does a row without its route. */
export const everybody = ['stranger', 'viewer', 'editor', 'owner', 'other host'] as const
export type Everybody = (typeof everybody)[number]

/** 'in' is past the guard, whatever the route then says; a number is the guard's own answer. */
export type Row = Record<Everybody, 'in' | 401 | 403 | 404>

const row = (...[stranger, viewer, editor, owner, otherHost]: Row[Everybody][]): Row => ({
  stranger: stranger!,
  viewer: viewer!,
  editor: editor!,
  owner: owner!,
  'other host': otherHost!,
})

const anybody = row('in', 'in', 'in', 'in', 'in')
const signedIn = row(401, 'in', 'in', 'in', 'in')
const viewers = row(401, 'in', 'in', 'in', 404)
const editors = row(401, 403, 'in', 'in', 404)
const owners = row(401, 403, 403, 'in', 404)
/** Nobody here is one, and so there is nothing here. */
const operators = row(404, 404, 404, 404, 404)
/** A signature counts and no account, and here no provider is configured. */
const nobodyListens = operators

const event = '/api/v1/events/:eventId'
const message = `${event}/messages/:messageId`

export const roleTable: Record<string, Row> = {
  'GET /healthz': anybody,
  'GET /readyz': anybody,
  'GET /api/openapi.json': anybody,
  'GET /test-link': anybody,
  'GET /guest/newsreader-500.woff2': anybody,

  'POST /api/auth/sign-up/email': anybody,
  'POST /api/auth/sign-in/email': anybody,
  'POST /api/auth/sign-out': anybody,
  'GET /api/auth/get-session': anybody,
  'POST /api/auth/request-password-reset': anybody,
  'POST /api/auth/reset-password': anybody,
  'POST /api/auth/send-verification-email': anybody,
  'POST /api/auth/verify-email': anybody,
  'POST /api/auth/change-password': signedIn,
  'POST /api/auth/change-email': signedIn,
  'POST /api/auth/update-user': signedIn,
  'POST /api/auth/delete-user': signedIn,
  'GET /api/auth/list-sessions': signedIn,
  'POST /api/auth/revoke-session': signedIn,
  'POST /api/auth/revoke-other-sessions': signedIn,

  'GET /api/v1/account/settings': signedIn,
  'PATCH /api/v1/account/settings': signedIn,

  'GET /api/v1/events': signedIn,
  'POST /api/v1/events': signedIn,
  [`GET ${event}`]: viewers,
  [`PATCH ${event}`]: editors,
  [`DELETE ${event}`]: owners,
  [`POST ${event}/cancel`]: owners,
  [`POST ${event}/duplicate`]: editors,
  [`GET ${event}/stats`]: viewers,

  [`GET ${event}/collaborators`]: viewers,
  [`POST ${event}/collaborators`]: owners,
  [`PATCH ${event}/collaborators/:userId`]: owners,
  // The address is the owner's: nobody else may send somebody away, but everybody may leave.
  [`DELETE ${event}/collaborators/:userId`]: owners,

  [`GET ${event}/guests`]: viewers,
  [`POST ${event}/guests`]: editors,
  [`GET ${event}/guests/:guestId`]: viewers,
  [`PATCH ${event}/guests/:guestId`]: editors,
  [`DELETE ${event}/guests/:guestId`]: editors,
  [`DELETE ${event}/guests/:guestId/suppression`]: editors,
  [`POST ${event}/guests/import`]: editors,
  [`GET ${event}/guests/export`]: viewers,

  'GET /api/v1/rsvp/:token': anybody,
  'POST /api/v1/rsvp/:token': anybody,
  'GET /r/:token': anybody,
  'POST /r/:token': anybody,
  'GET /r/:token/calendar.ics': anybody,
  'GET /p/:token': anybody,
  'POST /p/:token': anybody,
  'GET /u/:token': anybody,
  'POST /u/:token': anybody,
  'GET /c/:token': anybody,
  'GET /o/:token': anybody,

  'GET /api/v1/audiences': signedIn,
  'GET /api/v1/placeholders': signedIn,
  'GET /api/v1/channels': signedIn,

  [`GET ${event}/sending`]: viewers,
  [`GET ${event}/messages`]: editors,
  [`POST ${event}/messages`]: editors,
  [`GET ${event}/messages/recipient-count`]: viewers,
  [`GET ${event}/messages/recipients`]: editors,
  [`POST ${event}/messages/preview`]: editors,
  [`GET ${message}`]: editors,
  [`PATCH ${message}`]: editors,
  [`DELETE ${message}`]: editors,
  [`POST ${message}/send-now`]: editors,
  [`POST ${message}/stop`]: editors,
  [`POST ${message}/resume`]: editors,
  [`POST ${message}/retry-failed`]: editors,
  [`POST ${message}/resolve`]: editors,
  [`GET ${event}/metrics`]: viewers,
  [`GET ${message}/timeline`]: viewers,
  [`GET ${message}/skips`]: viewers,
  [`GET ${message}/revisions`]: viewers,
  [`GET ${message}/resend`]: viewers,
  [`POST ${message}/resend`]: editors,
  [`POST ${message}/preview`]: editors,
  [`POST ${message}/test-send`]: editors,
  [`GET ${message}/deliveries`]: editors,
  [`GET ${message}/metrics`]: viewers,
  [`GET ${message}/metrics/stream`]: viewers,
  'GET /realtime/messages/:messageId': viewers,
  'GET /realtime/events/:eventId': viewers,

  'GET /api/v1/operator/providers': operators,
  'POST /api/v1/operator/providers/test': operators,
  'GET /api/v1/operator/health': operators,
  'GET /api/v1/operator/notifiers': operators,
  'GET /api/v1/operator/webhooks': operators,
  'GET /api/v1/operator/connections': operators,
  'GET /api/v1/operator/backfill': operators,
  'POST /api/v1/operator/backfill': operators,
  'DELETE /api/v1/operator/backfill': operators,

  'POST /webhooks/:provider': nobodyListens,
}
