import { Type, type Static } from 'typebox'
import { Instant, nullable } from '../atoms.ts'
import { Pipeline } from './pipelines.ts'

/** A provider account as all notifiers see it. */
export const ProviderAccount = Type.Object(
  {
    account: Type.String({ description: 'Free of secrets, the same on every replica' }),
    provider: Type.String(),
    callsPerSecond: nullable(Type.Number({ description: 'The rate in force now; null: no limit' })),
    callsPerSecondMax: nullable(Type.Number({ description: 'What the provider, or SMTP_URL, allows' })),
    mailsLeft: nullable(Type.Integer({ description: 'Of the daily quota, where there is one' })),
    closed: nullable(
      Type.Object(
        {
          reason: Type.String(),
          detail: Type.String({ description: 'What exactly was refused, or failed' }),
          reply: nullable(Type.String({ description: "The provider's own words" })),
          until: Instant,
        },
        { description: 'It takes no mail until then; one call goes first after that' },
      ),
    ),
  },
  { $id: 'ProviderAccount' },
)
export type ProviderAccount = Static<typeof ProviderAccount>

/** How a provider is configured here, without its secrets. */
export const ProviderSetup = Type.Object(
  {
    key: Type.String(),
    label: Type.String(),
    configured: Type.Boolean(),
    picked: Type.Boolean(),
    account: nullable(Type.String()),
    problem: nullable(Type.String({ description: 'What is wrong with its variables. Never their values' })),
  },
  { $id: 'ProviderSetup' },
)

/** Through whom mails leave, and who else could be asked. */
export const OperatorProviders = Type.Object(
  {
    picked: Type.Object({
      key: Type.String(),
      label: Type.String(),
      reason: Type.String({ description: 'The end of "SMTP, because ..."' }),
      account: Type.String(),
      from: Type.String(),
    }),
    setups: Type.Array(ProviderSetup),
    items: Type.Array(ProviderAccount, { description: 'What live notifiers send through' }),
    events: Type.Object({
      apis: Type.Array(Type.String(), { description: 'Whose events live notifiers poll' }),
      pipelines: Type.Array(Pipeline),
    }),
  },
  { $id: 'OperatorProviders' },
)
export type OperatorProviders = Static<typeof OperatorProviders>
