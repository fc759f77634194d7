import { EditorSelection, type EditorState, type StateCommand, type TransactionSpec } from '@codemirror/state'

/** Puts marks around the selection, or takes them away where they are; without a selection, the caret stands between them. */
export function toggleAround(mark: string): StateCommand {
  return ({ state, dispatch }) => {
    const change = state.changeByRange(({ from, to }) => {
      const before = state.sliceDoc(from - mark.length, from)
      const after = state.sliceDoc(to, to + mark.length)
      if (before === mark && after === mark) {
        return {
          changes: [
            { from: from - mark.length, to: from },
            { from: to, to: to + mark.length },
          ],
          range: EditorSelection.range(from - mark.length, to - mark.length),
        }
      }
      return {
        changes: [
          { from, insert: mark },
          { from: to, insert: mark },
        ],
        range: EditorSelection.range(from + mark.length, to + mark.length),
      }
    })
    dispatch(state.update(change, { userEvent: 'input', scrollIntoView: true }))
    return true
  }
}

const bullet = /^(\s*)[-*] /

/** Makes list items of the selected lines, or plain lines of list items. */
export const toggleList: StateCommand = ({ state, dispatch }) => {
  const lines = linesOf(state)
  const isList = lines.every((line) => bullet.test(line.text))
  const changes = lines.map((line) =>
    isList
      ? { from: line.from, to: line.from + (bullet.exec(line.text)?.[0].length ?? 0) }
      : { from: line.from, insert: '- ' },
  )
  dispatch(state.update({ changes, userEvent: 'input', scrollIntoView: true }))
  return true
}

function linesOf(state: EditorState) {
  const { from, to } = state.selection.main
  const first = state.doc.lineAt(from).number
  const last = state.doc.lineAt(to).number
  return Array.from({ length: last - first + 1 }, (_, index) => state.doc.line(first + index))
}

/** `[words](https://)`, with the part selected that is still missing. */
export const insertLink: StateCommand = ({ state, dispatch }) => {
  const { from, to } = state.selection.main
  const words = state.sliceDoc(from, to)
  const address = 'https://'
  const insert = `[${words}](${address})`
  const start = words ? from + words.length + 3 : from + 1
  const selection = EditorSelection.range(start, words ? start + address.length : start)
  dispatch(state.update({ changes: { from, to, insert }, selection, userEvent: 'input', scrollIntoView: true }))
  return true
}

/** Enter in a list goes on with it; Enter in an empty item ends it. */
export const continueList: StateCommand = ({ state, dispatch }) => {
  const { main } = state.selection
  const line = state.doc.lineAt(main.from)
  const item = /^(\s*)(?:([-*])|(\d{1,3})\.) /.exec(line.text)
  if (!main.empty || !item || main.from < line.from + item[0].length) return false
  dispatch(state.update(line.text === item[0] ? endList(line) : nextItem(main.from, item)))
  return true
}

/** With an empty line after it: without one, Markdown reads what follows as part of the last item. */
function endList({ from, to }: { from: number; to: number }): TransactionSpec {
  return { changes: { from, to, insert: '\n' }, selection: { anchor: from + 1 }, userEvent: 'input' }
}

function nextItem(at: number, [, indent = '', dash, digits]: RegExpExecArray): TransactionSpec {
  const insert = `\n${indent}${dash ?? `${Number(digits) + 1}.`} `
  return {
    changes: { from: at, insert },
    selection: { anchor: at + insert.length },
    userEvent: 'input',
    scrollIntoView: true,
  }
}

/** Where the caret is, with a space where two words would grow together. */
export function insertPlaceholder(source: string): StateCommand {
  return ({ state, dispatch }) => {
    const { from, to } = state.selection.main
    const before = state.sliceDoc(from - 1, from)
    const insert = (/\w|\}/.test(before) ? ' ' : '') + source
    dispatch(
      state.update({
        changes: { from, to, insert },
        selection: { anchor: from + insert.length },
        userEvent: 'input',
        scrollIntoView: true,
      }),
    )
    return true
  }
}
