import type { Poster, PosterDesign } from './poster.ts'

type Shape = { tag: string; attributes: Record<string, string | number>; text?: string }

const circle = (cx: number, cy: number, r: number, fill: string): Shape => ({
  tag: 'circle',
  attributes: { cx, cy, r, fill },
})
const path = (d: string, fill: string): Shape => ({ tag: 'path', attributes: { d, fill } })
const line = (d: string, stroke: string, width: number): Shape => ({
  tag: 'path',
  attributes: { d, stroke, 'stroke-width': width, fill: 'none', 'stroke-linecap': 'round' },
})
const rect = (x: number, y: number, width: number, height: number, fill: string, rotate = 0): Shape => ({
  tag: 'rect',
  attributes: { x, y, width, height, fill, ...(rotate === 0 ? {} : { transform: `rotate(${rotate})` }) },
})

/** From `from` on, `count` steps of `step`. */
const steps = (from: number, step: number, count: number) =>
  Array.from({ length: count }, (_, index) => from + step * index)

/** Drawn around the middle, 160 by 104, a little over the edge so that no crop shows it. */
export const posterShapes: Record<PosterDesign, (poster: Poster) => Shape[]> = {
  studio: ({ first, second, turn }) => [
    rect(-80, 0, 54, 52, first),
    circle(2, 26, 24, second),
    circle(48, -26, 17, first),
    path(turn > 1 ? 'M80 -2v54H28a52 54 0 0 1 52-54z' : 'M-80-52h50a50 50 0 0 1-50 50z', second),
  ],
  moon: ({ first, second, turn }) => [
    circle(-30 + turn * 20, -8, 27, first),
    rect(-80, 12, 160, 3, second),
    ...steps(22, 8, 4).map((y, index) =>
      rect(-52 + turn * 20 + index * 6, y, 44 - index * 10, 3, index % 2 ? second : first),
    ),
  ],
  plates: ({ first, second, turn }) => [
    rect(-110, -60, 220, 26, second, -8),
    ...steps(-84, 42, 5).flatMap((x, index) => [
      circle(x, -6 - index * 4, 15, first),
      circle(x + 21, 30 - index * 4, 6 + turn, second),
      circle(x, -6 - index * 4, 9, second),
    ]),
  ],
  letter: ({ first, second, initial, turn }) => [
    rect(-80, 38, 160, 14, first),
    letter(initial, -22 - turn * 2, second, 112),
    letter(initial, 22 + turn * 2, first, 112),
  ],
  seedlings: ({ first, second }) => steps(-34, 30, 4).flatMap((y) => seedlingRow(y, first, second)),
  bunting: ({ first, second, turn }) => [-34, 4].flatMap((y, row) => buntingRow(y, 22 + turn * 3, row, first, second)),
  // Each row covers the lower half of the one above, as roof tiles do from below.
  scales: ({ first, second, paper }) =>
    steps(-62, 13, 10).flatMap((y, row) =>
      steps(-100, 40, 6).flatMap((x) => {
        const cx = x + (row % 2) * 20
        return [circle(cx, y, 22, first), circle(cx, y, 17, paper), circle(cx, y, 11, second), circle(cx, y, 6, paper)]
      }),
    ),
  bands: ({ paper, first, second, turn }) => [
    ...steps(-100, 34, 6).map((x, index) => rect(x, -120, 17, 240, index % 2 ? second : first, 24 + turn * 6)),
    circle(30 - turn * 18, 6, 27, paper),
    circle(30 - turn * 18, 6, 19, turn % 2 ? first : second),
  ],
}

function letter(text: string, x: number, fill: string, size: number): Shape {
  const attributes = {
    x,
    y: 36,
    fill,
    'font-size': size,
    'text-anchor': 'middle',
    'font-family': 'Newsreader, Georgia, serif',
  }
  return { tag: 'text', attributes, text }
}

function buntingRow(y: number, sag: number, row: number, first: string, second: string): Shape[] {
  const flags = steps(-70, 23, 7).map((x, index) => {
    const top = y + (sag / 2) * (1 - (x / 84) ** 2)
    return path(`M${x - 9} ${top}h18l-9 24z`, (index + row) % 2 ? first : second)
  })
  return [line(`M-84 ${y}Q0 ${y + sag} 84 ${y}`, row ? second : first, 2), ...flags]
}

function seedlingRow(y: number, first: string, second: string): Shape[] {
  const plants = steps(-72, 24, 7).map((x) => {
    const leaves = `M${x} ${y - 2}c-9 1-11-5-11-9 6-1 11 2 11 9zM${x} ${y - 2}c9 1 11-5 11-9-6-1-11 2-11 9z`
    return path(`${leaves}M${x - 1.25} ${y + 12}v-16h2.5v16z`, first)
  })
  return [rect(-80, y + 12, 160, 5, second), ...plants]
}
