import type { RefusalKind } from './refusal.ts'

export const ruleAfterStart: RefusalKind = {
  key: 'ruleAfterStart',
  status: 422,
  type: 'rule-after-start',
  title: 'This is after the start',
  detail: () => 'A message that is tied to the event goes out before it starts. Choose an earlier time.',
  field: () => '/rule',
}
