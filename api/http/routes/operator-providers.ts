import { OperatorProviders, type ProviderAccount } from '../../contract/operator/providers.ts'
import { blockInWords } from '../../domain/account-block.ts'
import { listAccounts, type Account } from '../../storage/account-list.ts'
import { eventSources } from '../../storage/backfills.ts'
import { listPipelines } from '../../storage/pipeline-cursors.ts'
import { answers } from '../answers.ts'
import type { Routes } from '../deps.ts'
import { operation } from '../operation.ts'
import { pipelineJson } from '../operator/pipeline-json.ts'

/** Why mails leave slowly, or not at all, is a question about accounts, which belong to the operator. */
export const operatorProviderRoutes: Routes = (app, { database: { db }, provider, providerSetups = [], config }) => {
  app.get(
    '/api/v1/operator/providers',
    {
      config: { access: 'operator' },
      schema: {
        ...operation('getProviders', 'Read through whom mails leave, and how fast'),
        tags: ['operator'],
        response: answers(200, OperatorProviders),
      },
    },
    async () => {
      const { key, label, reason, account } = provider
      const { name, address } = config.from
      const apis = (await eventSources(db)).map(({ eventApi }) => eventApi).filter((api) => api !== null)
      return {
        picked: { key, label, reason, account, from: name ? `${name} <${address}>` : address },
        setups: [...providerSetups],
        items: (await listAccounts(db)).map(accountJson),
        events: { apis: [...new Set(apis)], pipelines: (await listPipelines(db)).map(pipelineJson) },
      }
    },
  )
}

function accountJson({ account, provider, rate, ceiling, mailsLeft, closed }: Account): ProviderAccount {
  return {
    ...{ account, provider, callsPerSecond: rate, callsPerSecondMax: ceiling, mailsLeft },
    closed: closed && {
      ...{ reason: blockInWords(closed.kind), detail: closed.reason, reply: closed.reply },
      until: closed.until.toISOString(),
    },
  }
}
