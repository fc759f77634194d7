import type { Event } from '../../../../api/contract/event.ts'
import type { Placeholder } from '../../../../api/contract/lists.ts'
import { isUnfinished, strangers } from '../editor/tiles.ts'
import { whyNothingGoesOut } from '../eventHolds.ts'
import type { Form } from './form.ts'
import { whenFault } from './when.ts'

export type Faults = Partial<Record<'audience' | 'subject' | 'body' | 'when', string>>

/** What stands between this message and its guests; nothing when it may go. The server checks again. */
export function faultsOf(form: Form, event: Event, placeholders: readonly Placeholder[], now: Date): Faults {
  const leaves = form.when.kind !== 'draft'
  return {
    audience: form.audience.length === 0 ? 'Choose who should get this.' : undefined,
    subject:
      strangerWords(form.subject, placeholders) ??
      (leaves && form.subject.trim() === '' ? 'Write a subject: it is the first thing a guest sees.' : undefined),
    body:
      strangerWords(form.body, placeholders) ??
      (leaves && form.body.trim() === '' ? 'Write the message before it goes out.' : undefined),
    when:
      (form.when.kind === 'now' ? whyNothingGoesOut(event, 'sendNow', form.kind) : undefined) ??
      whenFault(form.when, event, now),
  }
}

/** What the server refuses, in a draft and in a preview, too. While it is being typed there is nothing to ask for. */
export function bracesAreSound(
  { subject, body }: Pick<Form, 'subject' | 'body'>,
  placeholders: readonly Placeholder[],
) {
  return [subject, body].every((text) => !isUnfinished(text) && strangerWords(text, placeholders) === undefined)
}

function strangerWords(text: string, placeholders: readonly Placeholder[]): string | undefined {
  if (placeholders.length === 0) return undefined
  const [stranger] = strangers(text, placeholders)
  if (!stranger) return isUnfinished(text) ? 'A placeholder is not finished: close it with }}.' : undefined
  const meant = stranger.meant
    ? ` Did you mean ${stranger.meant.label}?`
    : ' Choose one from the row above the message.'
  return `${stranger.source} is not a placeholder.${meant}`
}

/** The short line beside the button. */
export function checkWords(faults: Faults): string {
  const missing = (['audience', 'subject', 'body', 'when'] as const).find((part) => faults[part])
  return missing ? shortly[missing] : 'Checks passed'
}

const shortly = {
  audience: 'Choose an audience',
  subject: 'The subject needs a look',
  body: 'The message needs a look',
  when: 'The time needs a look',
}
