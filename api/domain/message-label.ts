import type { MessageKind } from './message.ts'
import { reminderOf } from './reminders.ts'

type Labelled = { kind: MessageKind; reminderKey: string | null; subject: string }

/** Long enough to recognise a message in a list or a sentence. */
const labelLengthMax = 80

const labelOf: Record<MessageKind, (message: Labelled) => string> = {
  broadcast: ({ subject }) => inWords(subject) || 'Untitled message',
  reminder: ({ reminderKey }) => reminderOf(reminderKey)?.label ?? 'Reminder',
  notice: ({ subject }) => inWords(subject) || 'Notice',
  resend: ({ subject }) => `Again: ${inWords(subject) || 'untitled message'}`,
  confirmation: () => 'RSVP confirmation',
  test: ({ subject }) => `Test: ${inWords(subject) || 'untitled message'}`,
}

/** What people call a message, everywhere. Keys and placeholder tokens are ours and stay out of it. */
export function messageLabel(message: Labelled): string {
  return labelOf[message.kind](message)
}

/** "See you at {{venue}}" becomes "See you at [venue]"; a fallback is what the sentence would say without a value. */
function inWords(subject: string): string {
  const words = subject
    .replaceAll(
      /\{\{\s*([a-z_]{1,40})\s*(?:\|[^{}]{0,200})?\}\}/g,
      (_, token: string) => `[${token.replaceAll('_', ' ')}]`,
    )
    .replaceAll(/\s+/g, ' ')
    .trim()
  const letters = [...words]
  return letters.length <= labelLengthMax
    ? words
    : `${letters
        .slice(0, labelLengthMax - 1)
        .join('')
        .trimEnd()}…`
}
