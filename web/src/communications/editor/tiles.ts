import type { Placeholder } from '../../../../api/contract/lists.ts'

/** One placeholder in a text: where its source stands, and what people see instead. */
export type Tile = { from: number; to: number; source: string; token: string; fallback?: string; label: string }

/** `{{ token | fallback }}` without braces inside: the server's own grammar. */
export const braces = /\{\{([^{}\n]*)\}\}/g

export function readBraces(inside: string): { token: string; fallback?: string } {
  const bar = inside.indexOf('|')
  if (bar < 0) return { token: inside.trim() }
  const fallback = inside.slice(bar + 1).trim()
  return { token: inside.slice(0, bar).trim(), ...(fallback === '' ? {} : { fallback }) }
}

/** "Guest name, or “there”": the human name. The token stays in the source. */
export function tileLabel(placeholder: Pick<Placeholder, 'label'>, fallback?: string): string {
  return fallback ? `${placeholder.label}, or “${fallback}”` : placeholder.label
}

export const sourceOf = ({ token }: Pick<Placeholder, 'token'>) => `{{${token}}}`

export function tilesIn(text: string, placeholders: readonly Placeholder[]): Tile[] {
  return [...text.matchAll(braces)].flatMap((match) => {
    const { token, fallback } = readBraces(match[1] ?? '')
    const placeholder = placeholders.find((one) => one.token === token)
    if (!placeholder) return []
    const [source] = match
    const label = tileLabel(placeholder, fallback)
    return [{ from: match.index, to: match.index + source.length, source, token, fallback, label }]
  })
}

export type Stranger = { from: number; to: number; source: string; meant?: Placeholder }

/** What stands between braces and is no placeholder, with the one that was probably meant. */
export function strangers(text: string, placeholders: readonly Placeholder[]): Stranger[] {
  return [...text.matchAll(braces)].flatMap((match) => {
    const { token } = readBraces(match[1] ?? '')
    if (placeholders.some((one) => one.token === token)) return []
    const [source] = match
    return [{ from: match.index, to: match.index + source.length, source, meant: nearest(token, placeholders) }]
  })
}

/** Braces that are still being written, or never closed. */
export function isUnfinished(text: string): boolean {
  return /\{\{(?![^{}\n]*\}\})/.test(text)
}

/** A part of a name is as good as the name: "guest", "date". Closer guesses are the server's. */
function nearest(typed: string, placeholders: readonly Placeholder[]): Placeholder | undefined {
  const word = typed.toLowerCase().replace(/[^a-z]+/g, '_')
  if (word.length < 3) return undefined
  return placeholders.find(({ token }) => token.includes(word) || word.includes(token.split('_')[0] ?? token))
}
