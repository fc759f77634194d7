import { Type, type Static } from 'typebox'
import { Id, nullable } from '../atoms.ts'

const Watched = Type.Array(Type.Object({ id: Id, connections: Type.Integer() }))
const Milliseconds = nullable(Type.Number())

/** Live connections of the process that answers, and how long its last broadcasts took. Each replica counts its own. */
export const Connections = Type.Object(
  {
    total: Type.Integer(),
    users: Type.Integer({ description: 'People behind them' }),
    messages: Watched,
    events: Watched,
    broadcasts: Type.Object({
      count: Type.Integer({ description: 'Since the process began' }),
      lastMs: Milliseconds,
      p50Ms: Milliseconds,
      p99Ms: Milliseconds,
    }),
  },
  { $id: 'Connections' },
)
export type Connections = Static<typeof Connections>
