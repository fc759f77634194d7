import type {
  BackfillJson,
  BackfillState,
  Connections,
  NotifierInfo,
  OperatorHealth,
  OperatorProviders,
  Pipeline,
  ProviderTest,
  Webhooks,
} from '../../../api/contract/operator.ts'

// What the operator's routes answer, by the names of the page.

export type { BackfillState, Connections, Pipeline, ProviderTest, Webhooks }
export type Replica = NotifierInfo
export type Health = OperatorHealth
export type Providers = OperatorProviders
export type Account = OperatorProviders['items'][number]
export type Backfill = BackfillJson
