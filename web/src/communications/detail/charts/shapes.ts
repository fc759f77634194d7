import type { MessageTimeline } from '../../../api/reports.ts'
import { niceMax, type ChartData } from './series.ts'

/** The drawing's own units; it is stretched to the width that there is. */
export const width = 600
export const height = 150

export type Line = { key: string; color: string; dash?: string; d: string; area: string }
export type Bar = { key: string; color: string; x: number; y: number; width: number; height: number }

/** A stretch of time, from 0 to 1 of the whole. */
export type Span = { start: number; end: number }

/** Where each stretch of time begins and ends. Stretches in which nothing happened may be missing. */
export function spansOf({ from, stepMs, steps }: MessageTimeline): Span[] {
  const zero = Date.parse(from ?? steps[0]?.at ?? '')
  const last = Date.parse(steps.at(-1)?.at ?? '') + stepMs
  const whole = Math.max(last - zero, 1)
  return steps.map(({ at }) => {
    const start = Math.max(0, (Date.parse(at) - zero) / whole)
    return { start, end: Math.min(1, (Date.parse(at) + stepMs - zero) / whole) }
  })
}

/** The highest point of lines, or of bars on top of each other. */
export function topOf({ kind, series }: ChartData): number {
  const counts = series[0]?.values.map((_, index) => series.map(({ values }) => values[index] ?? 0)) ?? []
  return niceMax(Math.max(0, ...counts.map((each) => (kind === 'bars' ? sum(each) : Math.max(...each)))))
}

/** A count stays where it is until the next one comes: steps as high as they are true. */
export function linesOf({ series }: ChartData, timeline: MessageTimeline, top: number): Line[] {
  const spans = spansOf(timeline)
  return series.map(({ key, color, dash, values }) => {
    const points = values.map((value, index) => `L${x(spans[index]?.end ?? 1)} ${y(value, top)}`)
    const d = `M0 ${height}${points.join('')}`
    return { key, color, dash, d, area: `${d}L${width} ${height}Z` }
  })
}

/** A hair between two bars, as long as there is room for one. */
const gap = 1

export function barsOf({ series }: ChartData, timeline: MessageTimeline, top: number): Bar[] {
  return spansOf(timeline).flatMap(({ start, end }, index) => {
    let below = 0
    return series.flatMap(({ key, color, values }) => {
      const value = values[index] ?? 0
      if (value === 0) return []
      const from = y((below += value), top)
      const wide = Math.max(x(end) - x(start) - gap, 2)
      return [{ key: `${key}${index}`, color, x: x(start), y: from, width: wide, height: y(below - value, top) - from }]
    })
  })
}

const x = (share: number) => Math.round(share * width * 10) / 10
const y = (value: number, top: number) => Math.round((height - (value / top) * height) * 10) / 10
const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0)
