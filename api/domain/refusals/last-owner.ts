import type { RefusalKind } from './refusal.ts'

export const lastOwner: RefusalKind = {
  key: 'lastOwner',
  status: 409,
  type: 'last-owner',
  title: 'An event needs an owner',
  detail: () => 'This is the last owner. Make somebody else an owner first.',
}
