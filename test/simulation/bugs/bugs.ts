import { bugsElsewhere } from './elsewhere.ts'
import { bugsInStatements } from './in-statements.ts'
import type { PlantedBug } from './planted-bug.ts'

/** At least one for each invariant. */
export const bugs: readonly PlantedBug[] = [...bugsInStatements, ...bugsElsewhere].toSorted(
  (a, b) => Number(a.breaks.slice(1)) - Number(b.breaks.slice(1)),
)
