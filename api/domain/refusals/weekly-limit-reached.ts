import type { RefusalKind } from './refusal.ts'

/** The operator's `HOST_WEEKLY_LIMIT`, counted over all events of a host. */
export const weeklyLimitReached: RefusalKind<{ used: number; limit: number; wanted: number }> = {
  key: 'weeklyLimitReached',
  status: 422,
  type: 'weekly-limit-reached',
  title: 'This week’s mails are used up',
  detail: ({ used, limit, wanted }) =>
    `${used} of ${limit} mails are used this week, and this one needs ${wanted}. Wait, or choose fewer guests.`,
}
