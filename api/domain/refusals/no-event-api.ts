import type { RefusalKind } from './refusal.ts'

/** `chooseEventApi` says what to do instead. */
export const noEventApi: RefusalKind<{ problem: string }> = {
  key: 'noEventApi',
  status: 422,
  type: 'no-event-api',
  title: 'Nobody can be asked for past events',
  detail: ({ problem }) => problem,
}
