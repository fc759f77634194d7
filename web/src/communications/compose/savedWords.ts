import type { Message } from '../../../../api/contract/message.ts'
import type { ApiProblem } from '../../api/problem.ts'
import { clock } from '../../time/words.ts'
import { ownZone } from '../../time/zones.ts'

type State = {
  saving: boolean
  problem: ApiProblem | undefined
  dirty: boolean
  /** A draft; a scheduled message waits for its button. */
  savesItself: boolean
  savedAt: Date | undefined
  status: Message['status'] | undefined
  /** Without an audience nothing can be stored. */
  hasAudience: boolean
}

/** "Draft saved 14:09", or why it is only here. */
export function savedWords({
  saving,
  problem,
  dirty,
  savesItself,
  savedAt,
  status,
  hasAudience,
}: State): string | undefined {
  if (saving) return 'Saving'
  if (problem) return problem.passing ? 'Not saved yet, kept in this browser' : 'Not saved, kept in this browser'
  if (dirty && !hasAudience) return 'Kept in this browser; choose an audience to save it'
  if (dirty && !savesItself) return 'Changes are not saved yet'
  return savedAt && status === 'draft' ? `Draft saved ${clock(savedAt, ownZone)}` : undefined
}
