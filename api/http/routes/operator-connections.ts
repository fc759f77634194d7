import { Connections } from '../../contract/operator/connections.ts'
import { answers } from '../answers.ts'
import type { Routes } from '../deps.ts'

/** Who is watching through this process, in numbers, and how fast they are told. */
export const operatorConnectionRoutes: Routes = (app, { hub }) => {
  app.get(
    '/api/v1/operator/connections',
    { config: { access: 'operator' }, schema: { tags: ['operator'], response: answers(200, Connections) } },
    async () => hub.connections(),
  )
}
