import { autocompletion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete'
import type { Extension } from '@codemirror/state'
import type { Placeholder } from '../../../../api/contract/lists.ts'
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
    options: matching(placeholdersOf(context.state), typed.text.slice(2)).map((one) => ({
      label: sourceOf(one),
      displayLabel: one.label,
      detail: one.example,
      apply: sourceOf(one),
    })),
  }
}

/** Names that begin with what was typed, then those that have it somewhere. */
function matching(placeholders: readonly Placeholder[], typed: string): Placeholder[] {
  const wanted = typed.trim().toLowerCase()
  const place = ({ label, token }: Placeholder) => `${label} ${token}`.toLowerCase().indexOf(wanted)
  return placeholders.filter((one) => place(one) >= 0).sort((a, b) => Math.sign(place(a)) - Math.sign(place(b)))
}
