import { Type, type Static } from 'typebox'
import { Instant, nullable } from './atoms.ts'

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
