import { autocompletion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete'
import type { Extension } from '@codemirror/state'
import { placeholdersOf } from './placeholderTiles.ts'
import { sourceOf } from './tiles.ts'

/** After `{{`: the placeholders by the names that people see. */
export const completePlaceholder: Extension = autocompletion({ override: [offer], icons: false })

export function offer(context: CompletionContext): CompletionResult | null {
  const typed = context.matchBefore(/\{\{[^{}\n]*/)
  if (!typed) return null
  const closing = context.state.sliceDoc(context.pos, context.pos + 2) === '}}' ? 2 : 0
  return {
    from: typed.from,
    to: context.pos + closing,
    filter: false,
    options: placeholdersOf(context.state)
      .filter((one) => matches(`${one.label} ${one.token}`, typed.text.slice(2)))
      .map((one) => ({ label: sourceOf(one), displayLabel: one.label, detail: one.example, apply: sourceOf(one) })),
  }
}

function matches(text: string, typed: string): boolean {
  return text.toLowerCase().includes(typed.trim().toLowerCase())
}
