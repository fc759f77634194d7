import { Webhooks, type WebhookState } from '../../contract/operator/webhooks.ts'
import { ownReporter } from '../../domain/feedback.ts'
import { providerLabel } from '../../providers/providers.ts'
import { readReceivedFeedback, type ReceivedFeedback } from '../../storage/received-feedback.ts'
import { answers } from '../answers.ts'
import type { Routes } from '../deps.ts'
import { operation } from '../operation.ts'

/** Whether providers still tell us what becomes of mails: a webhook that broke is silent, and nothing else says so. */
export const operatorWebhookRoutes: Routes = (app, { database: { db } }) => {
  app.get(
    '/api/v1/operator/webhooks',
    {
      config: { access: 'operator' },
      schema: {
        ...operation('getWebhooks', 'Read whether providers still report'),
        tags: ['operator'],
        response: answers(200, Webhooks),
      },
    },
    async () => {
      const { items, lookedAt, complete } = await readReceivedFeedback(db)
      return { items: items.map(stateJson), lookedAt, complete }
    },
  )
}

/** Our own pixel and links report like a provider. */
const ownLabel = 'Tidings itself (opens and clicks)'

function stateJson({ lastReceivedAt, oldestWaitingAt, ...state }: ReceivedFeedback): WebhookState {
  const { provider, receivedLastHour, waiting, unprocessableLastDay } = state
  return {
    ...{
      provider,
      label: provider === ownReporter ? ownLabel : providerLabel(provider),
      receivedLastHour,
      waiting,
      unprocessableLastDay,
    },
    lastReceivedAt: lastReceivedAt?.toISOString() ?? null,
    oldestWaitingAt: oldestWaitingAt?.toISOString() ?? null,
  }
}
