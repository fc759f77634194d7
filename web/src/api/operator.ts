import type { BackfillJson, BackfillState } from '../../../api/contract/operator/backfill.ts'
import type { Connections } from '../../../api/contract/operator/connections.ts'
import type { OperatorHealth } from '../../../api/contract/operator/health.ts'
import type { NotifierInfo } from '../../../api/contract/operator/notifiers.ts'
import type { Pipeline } from '../../../api/contract/operator/pipelines.ts'
import type { ProviderTest } from '../../../api/contract/operator/provider-test.ts'
import type { OperatorProviders } from '../../../api/contract/operator/providers.ts'
import type { Webhooks } from '../../../api/contract/operator/webhooks.ts'

// What the operator's routes answer, by the names of the page.

export type { BackfillState, Connections, Pipeline, ProviderTest, Webhooks }
export type Replica = NotifierInfo
export type Health = OperatorHealth
export type Providers = OperatorProviders
export type Account = OperatorProviders['items'][number]
export type Backfill = BackfillJson
