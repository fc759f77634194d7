import type { RefusalKind } from './refusal.ts'

export const guestAddressTaken: RefusalKind<{ address: string }> = {
  key: 'guestAddressTaken',
  status: 409,
  type: 'guest-address-taken',
  title: 'This address is on the list already',
  detail: ({ address }) => `${address} belongs to another guest. Give both the same household if they share it.`,
  field: () => '/email',
}
