import { Connections } from '../../contract/operator/connections.ts'
import { answers } from '../answers.ts'
import type { Routes } from '../deps.ts'
import { operation } from '../operation.ts'

/** Who is watching through this process, in numbers, and how fast they are told. */
export const operatorConnectionRoutes: Routes = (app, { hub }) => {
  app.get(
    '/api/v1/operator/connections',
    {
      config: { access: 'operator' },
      schema: {
        ...operation('getConnections', 'Count who watches live through this process'),
        tags: ['operator'],
        response: answers(200, Connections),
      },
    },
    async () => hub.connections(),
  )
}
