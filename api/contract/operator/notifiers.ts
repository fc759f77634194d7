import { Type, type Static } from 'typebox'
import { Id, Instant, nullable } from '../atoms.ts'

/** One process that sends, as operators see it. What they see is nowhere secret: keys and passwords never leave the processes that were given them. */
export const NotifierInfo = Type.Object(
  {
    id: Id,
    host: Type.String(),
    pid: Type.Integer(),
    version: Type.String(),
    provider: Type.String(),
    account: Type.String(),
    eventApi: nullable(Type.String({ description: 'Whose events it polls' })),
    startedAt: Instant,
    lastHeartbeatAt: Instant,
    lastHeartbeatSecondsAgo: Type.Number(),
    alive: Type.Boolean(),
    differingSettings: Type.Array(Type.String(), {
      description: 'Variables in which it differs from the API process that answers. Never their values',
    }),
  },
  { $id: 'NotifierInfo' },
)
export type NotifierInfo = Static<typeof NotifierInfo>

export const NotifierList = Type.Object({ items: Type.Array(NotifierInfo) }, { $id: 'NotifierList' })
