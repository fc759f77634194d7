import type { Delivery } from '../../../../api/contract/delivery.ts'
import type { Message } from '../../../../api/contract/message.ts'
import { guests, number } from '../words.ts'
import { nameOf } from './outcomes.ts'

/** Something of a message that a host can decide about. */
export type Open = { key: 'failed' | 'unknown'; count: number; title: string; text: string; verb: string }

/** What needs a look: it is not over for these, unless the host says so. Without it the list is empty. */
export function needsLook({ counts, unresolved, kind }: Pick<Message, 'counts' | 'unresolved' | 'kind'>): Open[] {
  const until = kind === 'reminder' ? ', until the event begins' : ''
  const open: Open[] = [
    {
      key: 'failed',
      count: counts.failed,
      title: 'Failed',
      text: `They have not got it. Mend addresses first where that was the reason; each guest can be tried again${until}.`,
      verb: `Retry failed (${number(counts.failed)})`,
    },
    {
      key: 'unknown',
      count: unresolved,
      title: 'Unknown',
      text: 'The line went dead after we had handed the mail over. Sending again may make a double.',
      verb: 'Decide',
    },
  ]
  return open.filter(({ count }) => count > 0)
}

/** What is asked before failed guests are tried again. */
export function retryQuestion({ label, counts }: Pick<Message, 'label' | 'counts'>) {
  return {
    title: `Try ${guests(counts.failed)} again?`,
    text: `“${label}” goes to those who failed, and to nobody else. Addresses at which nobody lives are passed over until you correct them.`,
    verb: `Try ${guests(counts.failed)} again`,
  }
}

/** What can be done for one guest, in words: the verb, and what it would mean. Undefined when there is nothing to do. */
export function guestOffer(delivery: Delivery): { again: string; text: string; mayLeave: boolean } | undefined {
  const { status, address, guestEmail, leftAt } = delivery
  const name = nameOf(delivery)
  if (delivery.guestId === null) return undefined
  if (status === 'unknown') {
    const left = leftAt ? 'You have left it as it is. ' : ''
    const text = `${left}Nobody knows whether ${name} has it. Sent again, it may arrive twice; left, it may never.`
    return { again: 'Send again', text, mayLeave: leftAt === null }
  }
  const moved = guestEmail !== null && guestEmail !== address
  if (status === 'failed' && guestEmail !== null) {
    const text = moved
      ? `The address has been corrected since. A second try goes to ${guestEmail}.`
      : `A second try goes to the same address. If it is wrong, correct it in the guest list first.`
    return { again: moved ? `Send to ${guestEmail}` : 'Try again', text, mayLeave: false }
  }
  if (status === 'skipped' && moved && delivery.carriedBy === null) {
    return { again: `Send to ${guestEmail}`, text: `${name} has an address now.`, mayLeave: false }
  }
  return undefined
}
