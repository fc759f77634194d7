import { Type, type Static } from 'typebox'
import { Instant, nullable } from '../atoms.ts'

/** One walk through the events of a provider, and how far each of its jobs has come. */
export const Pipeline = Type.Object(
  {
    pipeline: Type.String(),
    label: Type.String(),
    running: Type.Boolean(),
    startedAt: nullable(Instant),
    endedAt: nullable(Instant),
    problem: nullable(Type.String({ description: 'Why the last run ended early' })),
    cursors: Type.Array(Type.Object({ job: Type.String(), reachedAt: Instant })),
  },
  { $id: 'Pipeline' },
)
export type Pipeline = Static<typeof Pipeline>
