import { ProviderTest, TestProvider } from '../../contract/operator/provider-test.ts'
import { readEmailAddress } from '../../domain/email-address.ts'
import { refusals } from '../../domain/refusals.ts'
import { answers } from '../answers.ts'
import type { Routes } from '../deps.ts'
import { operation } from '../operation.ts'
import { checkProvider } from '../operator/check-provider.ts'
import { sendTestMail } from '../operator/test-mail.ts'
import { refuseAs } from '../problem.ts'
import { accountRate } from '../rate.ts'

/** Enough to mend a key and look again; the provider is asked each time, and a mail leaves. */
const testsPerMinute = 3

export const operatorProviderTestRoutes: Routes = (app, deps) => {
  app.post(
    '/api/v1/operator/providers/test',
    {
      config: { access: 'operator' },
      preHandler: accountRate(app, testsPerMinute),
      schema: {
        ...operation(
          'testProvider',
          'Send a test mail through the provider',
          `At most ${testsPerMinute} a minute: 429.`,
        ),
        tags: ['operator'],
        body: TestProvider,
        response: answers(200, ProviderTest),
      },
    },
    async (request, reply) => {
      const to = readEmailAddress(request.body?.to ?? request.person.email)
      if (!to.ok) return refuseAs(reply, refusals.fieldInvalid, { field: 'to', problem: to.problem })
      const checks = await checkProvider(deps)
      const sent = await sendTestMail(deps, request.person, to.address)
      const { key, account } = deps.provider
      return { provider: key, account, checks: [...checks, ...sent.checks], mail: sent.mail }
    },
  )
}
