import type { Layout } from './layout.ts'
import { letter } from './letter.ts'

/** By version. A message that has fired keeps the version it froze, so a layout is added here and never edited. */
const layouts: Record<number, Layout> = { 1: letter }

/** What a message that fires now is frozen with. */
export const currentLayoutVersion = 1

export function layoutOf(version: number): Layout {
  const layout = layouts[version]
  if (layout === undefined) throw new Error(`There is no mail layout ${version}`)
  return layout
}
