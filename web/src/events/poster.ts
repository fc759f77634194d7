/** A poster for an event without a picture: flat shapes in two inks on a paper, always the same for the same event. */
export type Poster = {
  paper: string
  first: string
  second: string
  design: PosterDesign
  turn: number
  initial: string
}

export const posterDesigns = ['studio', 'moon', 'plates', 'letter', 'seedlings', 'bunting', 'scales', 'bands'] as const
export type PosterDesign = (typeof posterDesigns)[number]

/** Paper, first ink, second ink: pairs that printers like, all far from one another in lightness. */
const inks = [
  ['#e0582f', '#1f1d1b', '#f8e9d2'],
  ['#17263f', '#f3d38f', '#c9d3e3'],
  ['#1f5a46', '#f7f3ea', '#f0bf3e'],
  ['#e6b24a', '#23211c', '#c3402c'],
  ['#dbe7d3', '#2f7a43', '#8c6a4c'],
  ['#f2c2bd', '#8f2f3c', '#1f5a46'],
  ['#0d4355', '#f4e3c1', '#e08a3c'],
  ['#efe6d6', '#27456b', '#d1553a'],
] as const

/** FNV-1a: short, well spread, and the same in every browser. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0
  return hash
}

export function posterOf(id: string, name = ''): Poster {
  const hash = hashOf(id)
  const [paper, first, second] = inks[hash % inks.length] ?? inks[0]
  const design = posterDesigns[(hash >>> 8) % posterDesigns.length] ?? 'studio'
  return { paper, first, second, design, turn: (hash >>> 16) % 4, initial: [...name.trim()][0]?.toUpperCase() ?? 'T' }
}
