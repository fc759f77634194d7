import type { Token } from 'markdown-it'

type Container = { readonly type: string; marker: string; readonly indent: string; number?: number }

/** The plain-text twin of a body: the same words from the same tokens, links as "text (address)". */
export function textTwin(tokens: Token[]): string {
  const out: string[] = []
  const around: Container[] = []
  let afterTight = false

  const write = (text: string, tight: boolean) => {
    if (out.length > 0 && !(tight && afterTight)) out.push('')
    for (const line of text.split('\n')) out.push((around.map(takePrefix).join('') + line).trimEnd())
    afterTight = tight
  }

  for (const [i, token] of tokens.entries()) {
    if (token.type === 'inline') write(inlineText(token.children ?? []), tokens[i - 1]?.hidden === true)
    else if (token.type === 'hr') write('----------', false)
    else if (token.type === 'fence' || token.type === 'code_block')
      write(token.content.replace(/\n$/, '').replace(/^/gm, '    '), false)
    else if (token.nesting === 1) enter(around, token)
    else if (token.nesting === -1 && leave(around, token) && around.length === 0) afterTight = false
  }
  return out.join('\n')
}

const containerTypes = new Set(['blockquote', 'bullet_list', 'ordered_list', 'list_item'])

function enter(around: Container[], token: Token): void {
  const type = token.type.replace(/_open$/, '')
  const list = around.at(-1)
  if (type === 'blockquote') around.push({ type, marker: '> ', indent: '> ' })
  if (type === 'bullet_list') around.push({ type, marker: '', indent: '' })
  if (type === 'ordered_list')
    around.push({ type, marker: '', indent: '', number: Number(token.attrGet('start') ?? 1) })
  if (type === 'list_item') {
    const marker = list?.number === undefined ? '- ' : `${list.number++}. `
    around.push({ type, marker, indent: ' '.repeat(marker.length) })
  }
}

function leave(around: Container[], token: Token): boolean {
  const isContainer = containerTypes.has(token.type.replace(/_close$/, ''))
  if (isContainer) around.pop()
  return isContainer
}

/** An item's marker stands before its first line only. */
function takePrefix(container: Container): string {
  const prefix = container.marker
  container.marker = container.indent
  return prefix
}

function inlineText(children: Token[]): string {
  let text = ''
  let link: { at: number; address: string; auto: boolean } | undefined
  for (const token of children) {
    if (token.type === 'softbreak' || token.type === 'hardbreak') text += '\n'
    if (token.type === 'link_open') {
      link = { at: text.length, address: address(token), auto: token.info === 'auto' }
    } else if (token.type === 'link_close' && link) {
      const shown = text.slice(link.at)
      text =
        text.slice(0, link.at) +
        (link.auto || shown === link.address || shown === '' ? link.address : `${shown} (${link.address})`)
      link = undefined
    } else {
      text += token.content
    }
  }
  return text
}

function address(link: Token): string {
  return String(link.attrGet('href') ?? '').replace(/^mailto:/i, '')
}
