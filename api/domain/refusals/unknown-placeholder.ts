import type { RefusalKind } from './refusal.ts'

/** `problem` is a sentence by those who know the placeholders. */
export type UnknownPlaceholder = { field: 'subject' | 'body'; problem: string }

export const unknownPlaceholder: RefusalKind<UnknownPlaceholder> = {
  key: 'unknownPlaceholder',
  status: 422,
  type: 'unknown-placeholder',
  title: 'There is an unknown placeholder',
  detail: ({ problem }) => problem,
  field: ({ field }) => `/${field}`,
}
