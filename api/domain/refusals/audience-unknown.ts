import type { RefusalKind } from './refusal.ts'

/** A key outside the list is a malformed request, as any other unknown word of a closed list is. */
export const audienceUnknown: RefusalKind<{ problem: string }> = {
  key: 'audienceUnknown',
  status: 400,
  type: 'audience-unknown',
  title: 'This audience is unknown',
  detail: ({ problem }) => problem,
  field: () => '/audience',
}
