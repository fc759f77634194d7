import type { RefusalKind } from './refusal.ts'

export const guestNameless: RefusalKind = {
  key: 'guestNameless',
  status: 422,
  type: 'guest-nameless',
  title: 'This guest has no name and no address',
  detail: () => 'Give the guest a name or an e-mail address.',
  field: () => '/name',
}
