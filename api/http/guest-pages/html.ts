import { escapeHtml } from '../../content/escape.ts'

/**
 * HTML that has been escaped. Only `html` makes it, so the compiler and this class keep a guest's name from becoming markup.
 * A template engine would bring a language of its own for three pages; this is fifteen lines with nothing to configure wrongly.
 */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Part = string | number | Html | readonly Html[] | undefined | null | false

/** Everything that is put in is escaped, unless it is Html itself. Nothing (undefined, null, false) leaves nothing. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(literals.reduce((page, literal, i) => page + textOf(parts[i - 1]) + literal))
}

/** For what we wrote ourselves, such as a stylesheet. Never for a value. */
export function ours(text: string): Html {
  return new Html(text)
}

function textOf(part: Part): string {
  if (part === undefined || part === null || part === false) return ''
  if (part instanceof Html) return part.text
  if (Array.isArray(part)) return part.map((each) => (each as Html).text).join('')
  return escapeHtml(String(part))
}
