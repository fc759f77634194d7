import { Type, type Static } from 'typebox'
import { Id, Instant, nullable, oneOf, TypedAddress } from './atoms.ts'
import { ProviderAccount } from './operator-providers.ts'

/** What only operators see. Nothing here is secret: keys and passwords never leave the processes that were given them. */

export const NotifierInfo = Type.Object(
  {
    id: Id,
    host: Type.String(),
    pid: Type.Integer(),
    version: Type.String(),
    provider: Type.String(),
    account: Type.String(),
    eventApi: nullable(Type.String({ description: 'Whose events it polls' })),
    startedAt: Instant,
    lastHeartbeatAt: Instant,
    lastHeartbeatSecondsAgo: Type.Number(),
    alive: Type.Boolean(),
    differingSettings: Type.Array(Type.String(), {
      description: 'Variables in which it differs from the API process that answers. Never their values',
    }),
  },
  { $id: 'NotifierInfo' },
)
export type NotifierInfo = Static<typeof NotifierInfo>

export const NotifierList = Type.Object({ items: Type.Array(NotifierInfo) }, { $id: 'NotifierList' })

export const Pipeline = Type.Object(
  {
    pipeline: Type.String(),
    label: Type.String(),
    running: Type.Boolean(),
    startedAt: nullable(Instant),
    endedAt: nullable(Instant),
    problem: nullable(Type.String({ description: 'Why the last run ended early' })),
    cursors: Type.Array(Type.Object({ job: Type.String(), reachedAt: Instant })),
  },
  { $id: 'Pipeline' },
)
export type Pipeline = Static<typeof Pipeline>

export const OperatorHealth = Type.Object(
  {
    at: Instant,
    version: Type.String(),
    provider: Type.Object({ key: Type.String(), label: Type.String(), reason: Type.String(), account: Type.String() }),
    notifiers: Type.Object({
      alive: Type.Integer(),
      differingSettings: Type.Array(Type.String()),
      items: Type.Array(NotifierInfo),
    }),
    due: Type.Object({
      count: Type.Integer({ description: 'Messages whose time has come and that have not fired' }),
      oldestSeconds: Type.Number({ description: 'How long the longest of them has waited' }),
      lagSeconds: Type.Number({ description: 'The same, or how long one has waited to go on; 0 during a hold' }),
    }),
    sending: Type.Object({
      messages: Type.Integer(),
      paused: Type.Integer(),
      queued: Type.Integer({ description: 'Deliveries that wait for their mail' }),
      openUnits: Type.Integer(),
      claimedUnits: Type.Integer(),
      waitingUnits: Type.Integer(),
    }),
    unknown: Type.Object({ total: Type.Integer(), undecided: Type.Integer() }),
    hold: nullable(Type.Object({ heldAt: Instant, reason: nullable(Type.String()), heldBy: Type.String() })),
    stranded: Type.Array(Type.Object({ provider: Type.String(), messages: Type.Integer() })),
    closedAccounts: Type.Array(
      Type.Object({ account: Type.String(), provider: Type.String(), reason: Type.String(), until: Instant }),
    ),
    inbox: Type.Object({ waiting: Type.Integer(), oldestSeconds: Type.Number() }),
    stuck: Type.Array(
      Type.Object({
        reason: Type.String({ description: 'For programs' }),
        words: Type.String({ description: 'For people' }),
        messages: Type.Integer(),
      }),
    ),
    pipelines: Type.Array(Pipeline),
  },
  { $id: 'OperatorHealth' },
)
export type OperatorHealth = Static<typeof OperatorHealth>

export const WebhookState = Type.Object(
  {
    provider: Type.String(),
    label: Type.String(),
    lastReceivedAt: nullable(Instant),
    receivedLastHour: Type.Integer(),
    waiting: Type.Integer(),
    oldestWaitingAt: nullable(Instant),
    unprocessableLastDay: Type.Integer(),
  },
  { $id: 'WebhookState' },
)
export type WebhookState = Static<typeof WebhookState>

export const Webhooks = Type.Object(
  {
    items: Type.Array(WebhookState),
    lookedAt: Type.Integer({
      description:
        'Only the newest so many reports were looked at: figures of the last hour may be more, and a last report older',
    }),
    complete: Type.Boolean({ description: 'Whether they reach back an hour' }),
  },
  { $id: 'Webhooks' },
)
export type Webhooks = Static<typeof Webhooks>

export const ProviderSetup = Type.Object(
  {
    key: Type.String(),
    label: Type.String(),
    configured: Type.Boolean(),
    picked: Type.Boolean(),
    account: nullable(Type.String()),
    problem: nullable(Type.String({ description: 'What is wrong with its variables. Never their values' })),
  },
  { $id: 'ProviderSetup' },
)

export const OperatorProviders = Type.Object(
  {
    picked: Type.Object({
      key: Type.String(),
      label: Type.String(),
      reason: Type.String({ description: 'The end of "SMTP, because ..."' }),
      account: Type.String(),
      from: Type.String(),
    }),
    setups: Type.Array(ProviderSetup),
    items: Type.Array(ProviderAccount, { description: 'What live notifiers send through' }),
    events: Type.Object({
      apis: Type.Array(Type.String(), { description: 'Whose events live notifiers poll' }),
      pipelines: Type.Array(Pipeline),
    }),
  },
  { $id: 'OperatorProviders' },
)
export type OperatorProviders = Static<typeof OperatorProviders>

/** A button has nothing more to say: without a body the mail goes to whoever asks. */
export const TestProvider = Type.Optional(
  nullable(
    Type.Object(
      { to: Type.Optional({ ...TypedAddress, description: 'Where the test mail goes; to you unless told' }) },
      { additionalProperties: false },
    ),
  ),
)

export const checkNames = ['credentials', 'quota', 'domain', 'notifier', 'mail'] as const

export const ProviderTest = Type.Object(
  {
    provider: Type.String(),
    account: Type.String(),
    checks: Type.Array(
      Type.Object({
        check: oneOf(checkNames),
        ok: nullable(Type.Boolean({ description: 'Null: nobody can tell' })),
        words: Type.String(),
      }),
    ),
    mail: nullable(Type.Object({ messageId: Id, eventId: Id, to: Type.String() })),
  },
  { $id: 'ProviderTest' },
)
export type ProviderTest = Static<typeof ProviderTest>
export type ProviderCheck = ProviderTest['checks'][number]

export const SetBackfill = Type.Object(
  {
    provider: Type.Optional(Type.String({ maxLength: 50, description: 'The one with an event API unless told' })),
    begin: Type.String({ maxLength: 40, description: 'An instant of the last 31 days' }),
    end: Type.String({ maxLength: 40 }),
  },
  { $id: 'SetBackfill', additionalProperties: false },
)

export const BackfillJson = Type.Object(
  {
    id: Id,
    state: oneOf(['waiting', 'running', 'finished', 'cancelled']),
    begin: Instant,
    end: Instant,
    requestedAt: Instant,
    requestedBy: Type.String(),
    finishedAt: nullable(Instant),
    cancelledAt: nullable(Instant),
    events: Type.Integer(),
    applied: Type.Integer({ description: 'Events that told something new' }),
    noop: Type.Integer({ description: 'Events that were known' }),
    unprocessable: Type.Integer(),
    reached: Type.Array(Type.Object({ pipeline: Type.String(), at: Instant })),
  },
  { $id: 'Backfill' },
)
export type BackfillJson = Static<typeof BackfillJson>

export const BackfillState = Type.Object(
  {
    backfill: nullable(BackfillJson),
    possible: Type.Boolean({ description: 'Whether one can be set now' }),
    words: nullable(Type.String({ description: 'Why not, and what to do instead' })),
  },
  { $id: 'BackfillState' },
)
export type BackfillState = Static<typeof BackfillState>

const Watched = Type.Array(Type.Object({ id: Id, connections: Type.Integer() }))
const Milliseconds = nullable(Type.Number())

/** Live connections of the process that answers, and how long its last broadcasts took. Each replica counts its own. */
export const Connections = Type.Object(
  {
    total: Type.Integer(),
    users: Type.Integer({ description: 'People behind them' }),
    messages: Watched,
    events: Watched,
    broadcasts: Type.Object({
      count: Type.Integer({ description: 'Since the process began' }),
      lastMs: Milliseconds,
      p50Ms: Milliseconds,
      p99Ms: Milliseconds,
    }),
  },
  { $id: 'Connections' },
)
export type Connections = Static<typeof Connections>
