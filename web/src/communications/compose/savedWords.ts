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
  /** What has to happen before the server takes it. */
  waitsFor: string | undefined
}

/** "Draft saved 14:09", or why it is only here. */
export function savedWords({
  saving,
  problem,
  dirty,
  savesItself,
  savedAt,
  status,
  waitsFor,
}: State): string | undefined {
  if (saving) return 'Saving'
  if (problem) return problem.passing ? 'Not saved yet, kept in this browser' : 'Not saved, kept in this browser'
  if (dirty && waitsFor) return `Kept in this browser; ${waitsFor}`
  if (dirty && !savesItself) return 'Changes are not saved yet'
  return savedAt && status === 'draft' ? `Draft saved ${clock(savedAt, ownZone)}` : undefined
}
