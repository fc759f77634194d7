import type { RefusalKind } from './refusal.ts'

export const endBeforeStart: RefusalKind = {
  key: 'endBeforeStart',
  status: 422,
  type: 'end-before-start',
  title: 'The end is before the start',
  detail: () => 'Choose an end that is after the start.',
  field: () => '/localEnd',
}
