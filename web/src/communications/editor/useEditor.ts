import { closeCompletion } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { Compartment, EditorState, type Extension, type StateCommand } from '@codemirror/state'
import { drawSelection, EditorView, keymap } from '@codemirror/view'
import { onBeforeUnmount, onMounted, watch, type Ref } from 'vue'
import type { Placeholder } from '../../../../api/contract/lists.ts'
import { completePlaceholder } from './completePlaceholder.ts'
import { markdownMarks } from './markdownMarks.ts'
import { placeholderTiles, setPlaceholders } from './placeholderTiles.ts'
import { continueList, toggleAround } from './writing.ts'

type Options = {
  host: Readonly<Ref<HTMLElement | null>>
  text: Ref<string>
  placeholders: () => readonly Placeholder[]
  /** Name, help and error of the field, for whoever cannot see them. */
  attributes: () => Record<string, string>
  /** A subject: Enter goes on to the next field. */
  singleLine?: boolean
  onEnter?: () => void
}

/** Binds a text to an editor that shows placeholders as tiles. What goes in and out is plain Markdown. */
export function useEditor({ host, text, placeholders, attributes, singleLine = false, onEnter }: Options) {
  const named = new Compartment()
  let view: EditorView | undefined

  onMounted(() => {
    const parent = host.value
    if (!parent) return
    const state = EditorState.create({
      doc: text.value,
      extensions: [
        singleLine ? oneLine(onEnter) : manyLines,
        history(),
        keymap.of([{ key: 'Escape', run: closeCompletion }, ...historyKeymap, ...defaultKeymap]),
        drawSelection(),
        EditorView.lineWrapping,
        placeholderTiles(placeholders()),
        completePlaceholder,
        named.of(EditorView.contentAttributes.of(attributes())),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) text.value = update.state.doc.toString()
        }),
      ],
    })
    view = new EditorView({ state, parent })
  })
  onBeforeUnmount(() => view?.destroy())

  watch(text, (wanted) => {
    if (!view || view.state.doc.toString() === wanted) return
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: wanted } })
  })
  watch(placeholders, (list) => view?.dispatch({ effects: setPlaceholders.of(list) }))
  watch(attributes, (fresh) => view?.dispatch({ effects: named.reconfigure(EditorView.contentAttributes.of(fresh)) }))

  function run(command: StateCommand): void {
    if (!view) return
    command(view)
    view.focus()
  }

  return { run, focus: () => view?.focus() }
}

const manyLines: Extension = [
  markdownMarks,
  keymap.of([
    { key: 'Enter', run: continueList },
    { key: 'Mod-b', run: toggleAround('**') },
    { key: 'Mod-i', run: toggleAround('_') },
  ]),
]

/** A subject is one line, whatever is pasted into it. */
function oneLine(onEnter?: () => void): Extension {
  return [
    EditorView.clipboardInputFilter.of((pasted) => pasted.replace(/\s*[\r\n]+\s*/g, ' ')),
    EditorState.transactionFilter.of((transaction) => (transaction.newDoc.lines > 1 ? [] : transaction)),
    keymap.of([{ key: 'Enter', run: () => (onEnter?.(), true) }]),
  ]
}
