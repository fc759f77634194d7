// What the operator's routes answer, as far as the page shows it.

export type Replica = {
  id: string
  host: string
  pid: number
  version: string
  provider: string
  eventApi: string | null
  startedAt: string
  lastHeartbeatAt: string
  lastHeartbeatSecondsAgo: number
  alive: boolean
  differingSettings: string[]
}

export type Pipeline = {
  pipeline: string
  label: string
  running: boolean
  startedAt: string | null
  endedAt: string | null
  problem: string | null
  cursors: { job: string; reachedAt: string }[]
}

export type Health = {
  at: string
  version: string
  provider: { key: string; label: string; reason: string; account: string }
  notifiers: { alive: number; differingSettings: string[]; items: Replica[] }
  due: { count: number; oldestSeconds: number; lagSeconds: number }
  sending: { messages: number; paused: number; queued: number }
  unknown: { total: number; undecided: number }
  hold: { heldAt: string; reason: string | null; heldBy: string } | null
  stranded: { provider: string; messages: number }[]
  closedAccounts: { account: string; provider: string; reason: string; until: string }[]
  inbox: { waiting: number; oldestSeconds: number }
  stuck: { reason: string; words: string; messages: number }[]
}

export type Account = {
  account: string
  provider: string
  callsPerSecond: number | null
  callsPerSecondMax: number | null
  mailsLeft: number | null
  closed: { reason: string; detail: string; reply: string | null; until: string } | null
}

export type Providers = {
  picked: { key: string; label: string; reason: string; account: string; from: string }
  setups: {
    key: string
    label: string
    configured: boolean
    picked: boolean
    account: string | null
    problem: string | null
  }[]
  items: Account[]
  events: { apis: string[]; pipelines: Pipeline[] }
}

export type ProviderTest = {
  provider: string
  account: string
  checks: { check: string; ok: boolean | null; words: string }[]
  mail: { messageId: string; eventId: string; to: string } | null
}

/** Of the process that answers. */
export type Connections = {
  total: number
  users: number
  messages: { id: string; connections: number }[]
  events: { id: string; connections: number }[]
  /** How long the last ones took. */
  broadcasts: { count: number; lastMs: number | null; p50Ms: number | null; p99Ms: number | null }
}

export type Webhooks = {
  items: {
    provider: string
    label: string
    lastReceivedAt: string | null
    receivedLastHour: number
    waiting: number
    oldestWaitingAt: string | null
    unprocessableLastDay: number
  }[]
  lookedAt: number
  complete: boolean
}

export type Backfill = {
  id: string
  state: 'waiting' | 'running' | 'finished' | 'cancelled'
  begin: string
  end: string
  requestedAt: string
  requestedBy: string
  finishedAt: string | null
  cancelledAt: string | null
  events: number
  applied: number
  noop: number
  unprocessable: number
  reached: { pipeline: string; at: string }[]
}

export type BackfillState = { backfill: Backfill | null; possible: boolean; words: string | null }
