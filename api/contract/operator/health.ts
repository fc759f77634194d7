import { Type, type Static } from 'typebox'
import { Instant, nullable } from '../atoms.ts'
import { NotifierInfo } from './notifiers.ts'
import { Pipeline } from './pipelines.ts'

/** Whether mails leave, and what stands in their way. */
export const OperatorHealth = Type.Object(
  {
    at: Instant,
    version: Type.String(),
    provider: Type.Object({ key: Type.String(), label: Type.String(), reason: Type.String(), account: Type.String() }),
    notifiers: Type.Object({
      alive: Type.Integer(),
      differingSettings: Type.Array(Type.String()),
      items: Type.Array(NotifierInfo),
    }),
    due: Type.Object({
      count: Type.Integer({ description: 'Messages whose time has come and that have not fired' }),
      oldestSeconds: Type.Number({ description: 'How long the longest of them has waited' }),
      lagSeconds: Type.Number({ description: 'The same, or how long one has waited to go on; 0 during a hold' }),
    }),
    sending: Type.Object({
      messages: Type.Integer(),
      paused: Type.Integer(),
      queued: Type.Integer({ description: 'Deliveries that wait for their mail' }),
      openUnits: Type.Integer(),
      claimedUnits: Type.Integer(),
      waitingUnits: Type.Integer(),
    }),
    unknown: Type.Object({ total: Type.Integer(), undecided: Type.Integer() }),
    hold: nullable(Type.Object({ heldAt: Instant, reason: nullable(Type.String()), heldBy: Type.String() })),
    stranded: Type.Array(Type.Object({ provider: Type.String(), messages: Type.Integer() })),
    closedAccounts: Type.Array(
      Type.Object({ account: Type.String(), provider: Type.String(), reason: Type.String(), until: Instant }),
    ),
    inbox: Type.Object({ waiting: Type.Integer(), oldestSeconds: Type.Number() }),
    stuck: Type.Array(
      Type.Object({
        reason: Type.String({ description: 'For programs' }),
        words: Type.String({ description: 'For people' }),
        messages: Type.Integer(),
      }),
    ),
    pipelines: Type.Array(Pipeline),
    frequencyCap: nullable(
      Type.String({ description: 'How often a host may mail one address, in words; null without a cap' }),
    ),
  },
  { $id: 'OperatorHealth' },
)
export type OperatorHealth = Static<typeof OperatorHealth>
