import { type Extension, StateEffect, StateField, type EditorState, RangeSetBuilder } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView, WidgetType } from '@codemirror/view'
import type { Placeholder } from '../../../../api/contract/lists.ts'
import { strangers, tilesIn } from './tiles.ts'

/** The server's list may arrive after the text. */
export const setPlaceholders = StateEffect.define<readonly Placeholder[]>()

type Shown = { placeholders: readonly Placeholder[]; tiles: DecorationSet; strangers: DecorationSet }

/** Tiles over the placeholders of the text, and a line under what only looks like one. The text itself stays Markdown. */
const shown = StateField.define<Shown>({
  create: (state) => show(state, []),
  update(value, transaction) {
    const fresh = transaction.effects.find((effect) => effect.is(setPlaceholders))
    if (!fresh && !transaction.docChanged) return value
    return show(transaction.state, fresh ? (fresh.value as readonly Placeholder[]) : value.placeholders)
  },
  provide: (field) => [
    EditorView.decorations.from(field, ({ tiles }) => tiles),
    EditorView.decorations.from(field, ({ strangers: marks }) => marks),
    // One unit for the caret and for Delete: both step over a tile as over a letter.
    EditorView.atomicRanges.of((view) => view.state.field(field).tiles),
  ],
})

export function placeholderTiles(placeholders: readonly Placeholder[]): Extension {
  return [shown.init((state) => show(state, placeholders))]
}

export const placeholdersOf = (state: EditorState) => state.field(shown).placeholders

/** A message is at most 100 kB, and reading it whole takes less than a millisecond. */
function show(state: EditorState, placeholders: readonly Placeholder[]): Shown {
  const text = state.doc.toString()
  const tiles = new RangeSetBuilder<Decoration>()
  for (const { from, to, label, source } of tilesIn(text, placeholders)) {
    tiles.add(from, to, Decoration.replace({ widget: new TileWidget(label, source) }))
  }
  const marks = new RangeSetBuilder<Decoration>()
  for (const { from, to } of placeholders.length > 0 ? strangers(text, placeholders) : []) marks.add(from, to, stranger)
  return { placeholders, tiles: tiles.finish(), strangers: marks.finish() }
}

const stranger = Decoration.mark({ class: 'stranger', attributes: { title: 'Not a placeholder' } })

class TileWidget extends WidgetType {
  readonly label: string
  readonly source: string

  constructor(label: string, source: string) {
    super()
    this.label = label
    this.source = source
  }

  override eq(other: TileWidget): boolean {
    return other.source === this.source && other.label === this.label
  }

  override toDOM(): HTMLElement {
    const tile = document.createElement('span')
    tile.className = 'tile'
    tile.textContent = this.label
    return tile
  }

  override ignoreEvent(): boolean {
    return false
  }
}
