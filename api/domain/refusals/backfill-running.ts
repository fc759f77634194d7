import type { RefusalKind } from './refusal.ts'

export const backfillRunning: RefusalKind = {
  key: 'backfillRunning',
  status: 409,
  type: 'backfill-running',
  title: 'An interval is being fetched already',
  detail: () => 'One interval is fetched at a time. Wait until it is over, or cancel it first.',
}
