import { createHash } from 'node:crypto'
import { html, type Html } from './html.ts'

/** Paper, first ink and second ink: pairs that printers like. */
const inks = [
  ['#f2c2bd', '#8f2f3c', '#1f5a46'],
  ['#1f5a46', '#f7f3ea', '#f0bf3e'],
  ['#17263f', '#f3d38f', '#c9d3e3'],
  ['#e6b24a', '#23211c', '#c3402c'],
  ['#dbe7d3', '#2f7a43', '#8c6a4c'],
  ['#0d4355', '#f4e3c1', '#e08a3c'],
  ['#efe6d6', '#27456b', '#d1553a'],
] as const

type Ink = (typeof inks)[number]

/** Drawn 480 by 172; each is a few shapes, for the whole page weighs less than a photograph. */
const designs: readonly ((ink: Ink) => Html)[] = [
  ([, first, second]) =>
    html`<path
        d="M-20 62 500 -10v120L-20 182z"
        fill="${second}"
      />${across(7, (x, n) => html`<circle cx="${x}" cy="${96 - n * 10}" r="24" fill="${first}" /><circle cx="${x + 36}" cy="${128 - n * 10}" r="9" fill="${first}" />`)}`,
  ([, first, second]) =>
    html`<circle cx="150" cy="76" r="54" fill="${first}" /><path
        d="M0 108h480v6H0z"
        fill="${second}"
      />${across(6, (x, n) => html`<path d="M${x} ${126 + (n % 3) * 14}h58v5h-58z" fill="${n % 2 ? second : first}" />`)}`,
  ([, first, second]) =>
    html`${across(9, (x, n) => html`<path d="M${x - 26} 20q26 18 52 0l-26 58z" fill="${n % 2 ? first : second}" /><path d="M${x - 26} 96q26 18 52 0l-26 58z" fill="${n % 2 ? second : first}" />`)}`,
  ([, first, second]) =>
    html`<path d="M0 0h150v172H0z" fill="${first}" /><circle cx="250" cy="86" r="66" fill="${second}" /><path
        d="M360 172a120 120 0 0 1 120-120v120z"
        fill="${first}"
      /><circle cx="400" cy="30" r="18" fill="${second}" />`,
]

/** A flat poster for an event, always the same for the same event. It says nothing, so readers skip it. */
export function posterOf(eventId: string): Html {
  const [a, b] = createHash('sha256').update(eventId).digest()
  const ink = inks[a! % inks.length]!
  return html`<svg class="poster" viewBox="0 0 480 172" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
    <path d="M0 0h480v172H0z" fill="${ink[0]}" />
    ${designs[b! % designs.length]!(ink)}
  </svg>`
}

function across(count: number, shape: (x: number, n: number) => Html): Html[] {
  const step = 480 / (count - 1)
  return Array.from({ length: count }, (_, n) => shape(Math.round(n * step), n))
}
