import type { Guest } from '../../../api/contract/guest.ts'
import { answerLooks } from '../ui/badges.ts'

type Status = Guest['rsvpStatus']

/** What a guest can have answered, in the order of cards, bars and menus, with the colour of each. */
export const answers: readonly {
  status: Status
  label: string
  tone: 'good' | 'maybe' | 'pending' | 'declined'
  swatch: string
}[] = [
  { status: 'attending', label: answerLooks.attending.label, tone: 'good', swatch: 'var(--color-good)' },
  { status: 'maybe', label: answerLooks.maybe.label, tone: 'maybe', swatch: 'var(--color-warn)' },
  { status: 'pending', label: answerLooks.pending.label, tone: 'pending', swatch: 'var(--color-answer-pending)' },
  { status: 'declined', label: answerLooks.declined.label, tone: 'declined', swatch: 'var(--color-answer-declined)' },
]
