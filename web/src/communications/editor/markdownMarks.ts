import type { Extension } from '@codemirror/state'
import {
  Decoration,
  type DecorationSet,
  type EditorView,
  MatchDecorator,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view'

const dim = Decoration.mark({ class: 'md-dim' })
const strong = Decoration.mark({ class: 'md-strong' })
const emphasis = Decoration.mark({ class: 'md-emphasis' })

type Rule = { find: RegExp; marks: (match: RegExpExecArray) => readonly [Decoration, from: number, to: number][] }

const around = (inside: Decoration, width: number): Rule['marks'] => {
  return ([whole]) => [
    [dim, 0, width],
    [inside, width, whole.length - width],
    [dim, whole.length - width, whole.length],
  ]
}

/** The four things that the toolbar writes, as they will look. The preview beside it is the truth about all of Markdown. */
const rules: readonly Rule[] = [
  { find: /\*\*(?=\S)[^*\n]+?\*\*/g, marks: around(strong, 2) },
  { find: /(?<![\w_*])_(?=\S)[^_\n]+?_(?![\w_])/g, marks: around(emphasis, 1) },
  { find: /^\s*(?:[-*]|\d{1,3}\.)(?= )/gm, marks: ([whole]) => [[dim, 0, whole.length]] },
  {
    find: /\[([^\]\n]*)\]\(([^)\n]*)\)/g,
    marks: ([whole, text = '']) => [
      [dim, 0, 1],
      [dim, text.length + 1, text.length + 3],
      [dim, whole.length - 1, whole.length],
    ],
  },
]

export const markdownMarks: Extension = rules.map(({ find, marks }) => {
  const decorator = new MatchDecorator({
    regexp: find,
    decorate(add, from, _to, match) {
      for (const [decoration, start, end] of marks(match)) if (end > start) add(from + start, from + end, decoration)
    },
  })
  return ViewPlugin.fromClass(
    class {
      decorations: DecorationSet
      constructor(view: EditorView) {
        this.decorations = decorator.createDeco(view)
      }
      update(update: ViewUpdate) {
        this.decorations = decorator.updateDeco(update, this.decorations)
      }
    },
    { decorations: (plugin) => plugin.decorations },
  )
})
