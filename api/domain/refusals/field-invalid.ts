import type { RefusalKind } from './refusal.ts'

/** What a `read…` function of this folder said about one field of a request. */
export const fieldInvalid: RefusalKind<{ field: string; problem: string }> = {
  key: 'fieldInvalid',
  status: 422,
  type: 'field-invalid',
  title: 'One field needs another look',
  detail: ({ problem }) => problem,
  field: ({ field }) => `/${field}`,
}
