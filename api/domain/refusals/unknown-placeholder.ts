import type { RefusalKind } from './refusal.ts'

export const unknownPlaceholder: RefusalKind<{ token: string; suggestion?: string; field: 'subject' | 'body' }> = {
  key: 'unknownPlaceholder',
  status: 422,
  type: 'unknown-placeholder',
  title: 'There is an unknown placeholder',
  detail: ({ token, suggestion }) =>
    `{{${token}}} is not a placeholder.${suggestion ? ` Did you mean ${suggestion}?` : ' Choose one from the list.'}`,
  field: ({ field }) => `/${field}`,
}
