import type { RefusalKind } from './refusal.ts'

/** Foreign and unknown ids get the same answer, so that nobody can learn which exist. */
export const notFound: RefusalKind = {
  key: 'notFound',
  status: 404,
  type: 'not-found',
  title: 'There is nothing here',
  detail: () => 'It may have been removed, or it is not yours to see.',
}
