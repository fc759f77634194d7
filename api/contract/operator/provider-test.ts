import { Type, type Static } from 'typebox'
import { Id, nullable, oneOf, TypedAddress } from '../atoms.ts'

/** A button has nothing more to say: without a body the mail goes to whoever asks. */
export const TestProvider = Type.Optional(
  nullable(
    Type.Object(
      { to: Type.Optional({ ...TypedAddress, description: 'Where the test mail goes; to you unless told' }) },
      { additionalProperties: false },
    ),
  ),
)

export const checkNames = ['credentials', 'quota', 'domain', 'notifier', 'mail'] as const

export const ProviderTest = Type.Object(
  {
    provider: Type.String(),
    account: Type.String(),
    checks: Type.Array(
      Type.Object({
        check: oneOf(checkNames),
        ok: nullable(Type.Boolean({ description: 'Null: nobody can tell' })),
        words: Type.String(),
      }),
    ),
    mail: nullable(Type.Object({ messageId: Id, eventId: Id, to: Type.String() })),
  },
  { $id: 'ProviderTest' },
)
export type ProviderTest = Static<typeof ProviderTest>
export type ProviderCheck = ProviderTest['checks'][number]
