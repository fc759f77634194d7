import { ProviderAccounts, type ProviderAccount } from '../../contract/operator-providers.ts'
import { blockInWords } from '../../domain/account-block.ts'
import { listAccounts, type Account } from '../../storage/account-list.ts'
import { answers } from '../answers.ts'
import type { Routes } from '../deps.ts'

/** Why mails leave slowly, or not at all, is a question about accounts, which belong to the operator. */
export const operatorProviderRoutes: Routes = (app, { database: { db } }) => {
  app.get(
    '/api/v1/operator/providers',
    { config: { access: 'operator' }, schema: { tags: ['operator'], response: answers(200, ProviderAccounts) } },
    async () => ({ items: (await listAccounts(db)).map(accountJson) }),
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
