import type { Bench } from './bench.ts'
import { expand } from './benches/expand.ts'
import { fair } from './benches/fair.ts'
import { history } from './benches/history.ts'
import { latency } from './benches/latency.ts'
import { live } from './benches/live.ts'
import { requests } from './benches/requests.ts'
import { resend } from './benches/resend.ts'
import { send } from './benches/send.ts'
import { snapshot } from './benches/snapshot.ts'
import { webhooks } from './benches/webhooks.ts'

/** In the order in which they run and are reported. */
export const benches: readonly Bench[] = [
  send,
  latency,
  resend,
  fair,
  expand,
  snapshot,
  history,
  requests,
  webhooks,
  live,
]
