import type { Message } from '../../../../api/contract/message.ts'
import { guests } from '../words.ts'
import type { WhenKind } from './when.ts'

type About = {
  kind: WhenKind
  /** Undefined while it is counted, or while no audience is chosen. */
  count: number | undefined
  /** What the message is now, if it is there already. */
  status?: Message['status']
}

/** What the one big button does, exactly; and while it does it. */
export function buttonWords({ kind, count, status }: About): { verb: string; busy: string } {
  const whom = count === undefined ? '' : count === 0 ? ' nobody yet' : ` ${guests(count)}`
  if (kind === 'now') return { verb: sendVerb(count), busy: 'Sending' }
  if (kind === 'draft') {
    return status === 'scheduled'
      ? { verb: 'Make it a draft again', busy: 'Saving' }
      : { verb: 'Save draft', busy: 'Saving' }
  }
  if (status === 'scheduled') return { verb: whom ? `Save, scheduled for${whom}` : 'Save changes', busy: 'Saving' }
  return { verb: whom ? `Schedule for${whom}` : 'Schedule', busy: 'Scheduling' }
}

function sendVerb(count: number | undefined): string {
  if (count === undefined) return 'Send now'
  return count === 0 ? 'Send to nobody' : `Send to ${guests(count)} now`
}
