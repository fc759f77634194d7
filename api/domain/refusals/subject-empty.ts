import type { RefusalKind } from './refusal.ts'

export const subjectEmpty: RefusalKind = {
  key: 'subjectEmpty',
  status: 422,
  type: 'subject-empty',
  title: 'The subject is empty',
  detail: () => 'Write a subject: it is the first thing a guest sees.',
  field: () => '/subject',
}
