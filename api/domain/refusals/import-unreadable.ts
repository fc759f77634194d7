import type { RefusalKind } from './refusal.ts'

export const importUnreadable: RefusalKind<{ problem: string }> = {
  key: 'importUnreadable',
  status: 422,
  type: 'import-unreadable',
  title: 'The file cannot be read',
  detail: ({ problem }) => problem,
}
