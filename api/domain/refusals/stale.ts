import type { RefusalKind } from './refusal.ts'

/** RFC 9110 section 13.1.1: the If-Match of the request names an older version. */
export const stale: RefusalKind = {
  key: 'stale',
  status: 412,
  type: 'stale',
  title: 'Someone else changed this',
  detail: () => 'Someone else changed this since you opened it. Load it again to see both versions.',
}
