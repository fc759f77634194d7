import type { MessageTimeline, Moments } from '../../../api/reports.ts'

/** One line, or one colour of the bars. `dash` tells lines apart for whoever sees no difference between the colours. */
export type Series = {
  key: string
  label: string
  color: string
  dash?: string
  values: number[]
  /** After the last value. */ later: number
  total: number
}

export type ChartData = { kind: 'lines' | 'bars'; title: string; text: string; series: Series[] }

type Counts = { values: number[]; later: number; total: number }

/** Sums so far: the line ends at the number that stands everywhere else on the page, or at what came to it later. */
function rising({ steps, later }: MessageTimeline, key: keyof Moments): Counts {
  let sum = 0
  const values = steps.map((step) => (sum += step[key]))
  return { values, later: later[key], total: sum + later[key] }
}

function answered({ steps, later }: MessageTimeline, key: keyof Moments): Counts {
  const values = steps.map((step) => step[key])
  return { values, later: later[key], total: values.reduce((sum, value) => sum + value, later[key]) }
}

/** The three pictures of a message, in the order in which things happen. */
export function chartsOf(timeline: MessageTimeline): ChartData[] {
  return [
    {
      kind: 'lines',
      title: 'Deliveries',
      text: 'How many mails had been accepted and delivered by when.',
      series: [
        {
          key: 'accepted',
          label: 'Accepted',
          color: 'var(--color-accepted)',
          dash: '5 4',
          ...rising(timeline, 'accepted'),
        },
        { key: 'delivered', label: 'Delivered', color: 'var(--color-good)', ...rising(timeline, 'delivered') },
      ],
    },
    {
      kind: 'lines',
      title: 'Opens and clicks',
      text: 'How many guests had opened it and followed a link by when. Opens are an estimate.',
      series: [
        { key: 'opened', label: 'Opened', color: 'var(--color-good)', ...rising(timeline, 'opened') },
        { key: 'clicked', label: 'Clicked', color: 'var(--color-accent)', dash: '5 4', ...rising(timeline, 'clicked') },
      ],
    },
    {
      kind: 'bars',
      title: 'Answers after it',
      text: 'How guests answered since it left, whether because of it or not.',
      series: [
        { key: 'attending', label: 'Attending', color: 'var(--color-good)', ...answered(timeline, 'attending') },
        { key: 'maybe', label: 'Maybe', color: 'var(--color-warn)', ...answered(timeline, 'maybe') },
        {
          key: 'declined',
          label: 'Declined',
          color: 'var(--color-answer-declined)',
          ...answered(timeline, 'declined'),
        },
      ],
    },
  ]
}

/** Answers since the message left, each kind by itself. */
export function answersOf(timeline: MessageTimeline): { total: number; by: Record<string, number> } {
  const by = {
    attending: answered(timeline, 'attending').total,
    maybe: answered(timeline, 'maybe').total,
    declined: answered(timeline, 'declined').total,
  }
  return { total: by.attending + by.maybe + by.declined, by }
}

/** The top of the scale: a round number, and not far above the highest. */
export function niceMax(value: number): number {
  if (value <= 2) return Math.max(value, 1)
  const power = 10 ** Math.floor(Math.log10(value))
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((one) => one * power >= value) ?? 10
  return Math.ceil(step * power)
}
