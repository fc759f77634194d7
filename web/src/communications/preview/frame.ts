export type PreviewLook = 'desktop' | 'phone' | 'text' | 'dark'

/** What a phone shows. */
export const phoneWidth = '22.5rem'

/**
 * The mail for a sandboxed frame. The frame has no scripts and no rights; here only two things are set: links lead nowhere, and
 * the mail's own dark colours follow the switch instead of the host's system.
 */
export function frameDocument(html: string, dark: boolean): string {
  const media = /\(\s*prefers-color-scheme\s*:\s*dark\s*\)/g
  const lit = html.replaceAll(media, dark ? '(min-width: 0)' : '(max-width: 0)')
  const head = `<base target="_blank"><style>:root{color-scheme:${dark ? 'dark' : 'light'}}</style>`
  return /<head[^>]*>/i.test(lit) ? lit.replace(/<head[^>]*>/i, (found) => found + head) : head + lit
}
