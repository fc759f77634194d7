import type { Form } from './form.ts'

/** What was typed and has not reached the server: it outlives a lost line, a closed tab and a dead battery. */
export type LocalCopy = { form: Form; at: string; version?: number }

const prefix = 'tidings.unsaved'
const keyOf = (eventId: string, messageId: string | undefined) => `${prefix}.${eventId}.${messageId ?? 'new'}`

export function keepLocally(eventId: string, messageId: string | undefined, copy: LocalCopy): void {
  try {
    localStorage.setItem(keyOf(eventId, messageId), JSON.stringify(copy))
  } catch {
    // A full or forbidden store: the server's draft is then the only copy, as it is in most apps.
  }
}

export function forgetLocally(eventId: string, messageId: string | undefined): void {
  localStorage.removeItem(keyOf(eventId, messageId))
}

export function localCopyOf(eventId: string, messageId: string | undefined): LocalCopy | undefined {
  try {
    const copy = JSON.parse(localStorage.getItem(keyOf(eventId, messageId)) ?? 'null') as LocalCopy | null
    return typeof copy?.form?.body === 'string' && copy.form.when ? copy : undefined
  } catch {
    return undefined
  }
}
