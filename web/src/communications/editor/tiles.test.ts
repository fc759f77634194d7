import { EditorState, type Transaction } from '@codemirror/state'
import { CompletionContext } from '@codemirror/autocomplete'
import { deleteCharBackward } from '@codemirror/commands'
import { EditorView } from '@codemirror/view'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { placeholders } from '../../../test/given-messages.ts'
import { offer } from './completePlaceholder.ts'
import { placeholderTiles } from './placeholderTiles.ts'
import { strangers, tilesIn } from './tiles.ts'
import { continueList, insertLink, insertPlaceholder, toggleAround, toggleList } from './writing.ts'

test('a placeholder is shown by its human name, and its source stays in the text', () => {
  const text = 'Hi {{guest_name|there}}, at {{ venue }}'

  expect(tilesIn(text, placeholders).map(({ label }) => label)).toEqual(['Guest name, or “there”', 'Venue'])
  expect(tilesIn(text, placeholders).map(({ from, to }) => text.slice(from, to))).toEqual([
    '{{guest_name|there}}',
    '{{ venue }}',
  ])
})

test('what only looks like a placeholder stays text, with the one that was meant', () => {
  const [stranger] = strangers('Hi {{guest}}', placeholders)

  expect(stranger?.source).toBe('{{guest}}')
  expect(stranger?.meant?.label).toBe('Guest name')
})

test('any text goes into the editor and comes out as it was', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom('{{venue}}', '{{guest_name|there}}', '{{', '}}', '\n', '**', '- '),
  )
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const text = pieces.join('').replaceAll(/\r\n?/g, '\n')
      const state = EditorState.create({ doc: text, extensions: placeholderTiles(placeholders) })

      expect(state.doc.toString()).toBe(text)
      const between = tilesIn(text, placeholders).reduceRight(
        (rest, tile) => rest.slice(0, tile.from) + tile.source + rest.slice(tile.to),
        text,
      )
      expect(between).toBe(text)
    }),
  )
})

test('Backspace takes a whole tile', () => {
  const parent = document.createElement('div')
  const doc = 'Hi {{guest_name|there}}'
  const state = EditorState.create({
    doc,
    selection: { anchor: doc.length },
    extensions: placeholderTiles(placeholders),
  })
  const view = new EditorView({ state, parent })

  expect(parent.querySelector('.tile')?.textContent).toBe('Guest name, or “there”')
  deleteCharBackward(view)

  expect(view.state.doc.toString()).toBe('Hi ')
  view.destroy()
})

/** `|` is the caret, `[` and `]` the ends of a selection. */
function typed(marked: string): EditorState {
  const anchor = marked.search(/[|⟦]/)
  const head = marked.includes('⟧') ? marked.indexOf('⟧') - 1 : anchor
  return EditorState.create({ doc: marked.replace(/[|⟦⟧]/g, ''), selection: { anchor, head } })
}
function after(
  marked: string,
  command: (target: { state: EditorState; dispatch: (t: Transaction) => void }) => boolean,
) {
  let state = typed(marked)
  command({ state, dispatch: (transaction) => (state = transaction.state) })
  return state.doc.toString()
}

test.each([
  ['bold', 'be ⟦brave⟧ now', toggleAround('**'), 'be **brave** now'],
  ['bold again', 'be **⟦brave⟧** now', toggleAround('**'), 'be brave now'],
  ['a list', '⟦one\ntwo⟧', toggleList, '- one\n- two'],
  ['no list', '⟦- one\n- two⟧', toggleList, 'one\ntwo'],
  ['a link', 'see ⟦the map⟧', insertLink, 'see [the map](https://)'],
  ['the next item', '- one|', continueList, '- one\n- '],
  ['the next number', '1. one|', continueList, '1. one\n2. '],
  ['the end of a list', '- one\n- |', continueList, '- one\n\n'],
  ['a placeholder', 'Hi|', insertPlaceholder('{{venue}}'), 'Hi {{venue}}'],
] as const)('the toolbar and Enter write %s', (_what, before, command, expected) => {
  expect(after(before, command)).toBe(expected)
})

test('after {{ the placeholders are offered by name, those that begin so first', () => {
  const doc = 'at {{ve'
  const state = EditorState.create({ doc, extensions: placeholderTiles(placeholders) })
  const offered = offer(new CompletionContext(state, doc.length, false))

  expect(offered?.options.map((option) => option.displayLabel)).toEqual(['Venue', 'Date'])
  expect(offered?.options[0]?.apply).toBe('{{venue}}')
})
