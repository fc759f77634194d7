import { placeholders } from '../../content/placeholders.ts'
import { page } from '../../contract/atoms.ts'
import { Audience, Placeholder } from '../../contract/lists.ts'
import { audiences } from '../../domain/audiences.ts'
import { answers } from '../answers.ts'
import type { Routes } from '../deps.ts'
import { operation } from '../operation.ts'

const tags = ['lists']

/** The lists of the code that a composer offers. The web asks for them and never repeats them. */
export const listRoutes: Routes = (app) => {
  app.get(
    '/api/v1/audiences',
    {
      config: { access: 'signedIn' },
      schema: {
        ...operation('listAudiences', 'List the groups of guests to write to'),
        tags,
        response: answers(200, page(Audience)),
      },
    },
    async () => ({
      items: audiences.map(({ key, label, statuses }) => ({ key, label, statuses: [...statuses] })),
      nextCursor: null,
    }),
  )

  app.get(
    '/api/v1/placeholders',
    {
      config: { access: 'signedIn' },
      schema: {
        ...operation('listPlaceholders', 'List the placeholders that a message can have'),
        tags,
        response: answers(200, page(Placeholder)),
      },
    },
    async () => ({
      items: placeholders.map(({ token, label, example, fallback }) => ({ token, label, example, fallback })),
      nextCursor: null,
    }),
  )
}
