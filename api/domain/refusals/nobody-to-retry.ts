import type { RefusalKind } from './refusal.ts'

/** Somebody else may have done it already, or the guests have been removed since. */
export const nobodyToRetry: RefusalKind<{ wanted: 'failed' | 'unknown'; bounced?: number }> = {
  key: 'nobodyToRetry',
  status: 409,
  type: 'nobody-to-retry',
  title: 'There is nobody left to decide about',
  detail: ({ wanted, bounced = 0 }) =>
    wanted === 'failed'
      ? bounced > 0
        ? `${bounced === 1 ? '1 address' : `${bounced} addresses`} bounced: correct ${bounced === 1 ? 'it' : 'them'} first.`
        : 'No failed guest has an address that could be tried again. Load the message again, and correct addresses first.'
      : 'Nobody’s outcome is unknown any more. Load the message again.',
}
