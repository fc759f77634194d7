import { Type, type Static } from 'typebox'
import { Instant, nullable, oneOf } from './atoms.ts'

export const Ready = Type.Object(
  {
    ready: Type.Boolean(),
    database: oneOf(['ok', 'away']),
    migrations: oneOf(['ok', 'pending', 'unknown']),
    provider: Type.Object({ key: Type.String(), label: Type.String(), reason: Type.String() }),
    /** Providers that take no mail now, by whatever replica they were asked. */
    closedProviders: Type.Array(Type.Object({ provider: Type.String(), reason: Type.String(), until: Instant })),
    notifiers: Type.Object({
      alive: Type.Integer(),
      /** Replicas whose provider differs from this process's; they do not claim what this one would. */
      differing: Type.Integer(),
      /** Variables in which live notifiers and this process differ, though all should have the same. Never their values. */
      differingSettings: Type.Array(Type.String()),
    }),
    /** Since when an operator holds all sending; null while mails go out. */
    hold: nullable(Type.Object({ heldAt: Instant })),
    /** Messages that wait for a provider which no live notifier has. */
    stranded: Type.Array(Type.Object({ provider: Type.String(), messages: Type.Integer() })),
  },
  { $id: 'Ready' },
)
export type Ready = Static<typeof Ready>
