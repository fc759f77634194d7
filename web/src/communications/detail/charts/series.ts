import type { Answers, Bucket, MessageTimeline } from '../../../api/reports.ts'

/** One line, or one colour of the bars. `dash` tells lines apart for whoever sees no difference between the colours. */
export type Series = { key: string; label: string; color: string; dash?: string; values: number[]; total: number }

export type ChartData = { kind: 'lines' | 'bars'; title: string; text: string; series: Series[] }

type Counter = 'accepted' | 'delivered' | 'opened' | 'clicked'

/** Sums so far: the line ends at the number that stands everywhere else on the page. */
function rising(buckets: readonly Bucket[], key: Counter): { values: number[]; total: number } {
  let total = 0
  const values = buckets.map((bucket) => (total += bucket[key]))
  return { values, total }
}

function answered(buckets: readonly Bucket[], key: keyof Answers): { values: number[]; total: number } {
  const values = buckets.map(({ answers }) => answers[key])
  return { values, total: values.reduce((sum, value) => sum + value, 0) }
}

/** The three pictures of a message, in the order in which things happen. */
export function chartsOf({ buckets }: MessageTimeline): ChartData[] {
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
          ...rising(buckets, 'accepted'),
        },
        { key: 'delivered', label: 'Delivered', color: 'var(--color-good)', ...rising(buckets, 'delivered') },
      ],
    },
    {
      kind: 'lines',
      title: 'Opens and clicks',
      text: 'How many guests had opened it and followed a link by when. Opens are an estimate.',
      series: [
        { key: 'opened', label: 'Opened', color: 'var(--color-good)', ...rising(buckets, 'opened') },
        { key: 'clicked', label: 'Clicked', color: 'var(--color-accent)', dash: '5 4', ...rising(buckets, 'clicked') },
      ],
    },
    {
      kind: 'bars',
      title: 'Answers after it',
      text: 'How guests answered since it left, whether because of it or not.',
      series: [
        { key: 'attending', label: 'Attending', color: 'var(--color-good)', ...answered(buckets, 'attending') },
        { key: 'maybe', label: 'Maybe', color: 'var(--color-warn)', ...answered(buckets, 'maybe') },
        { key: 'declined', label: 'Declined', color: 'var(--color-answer-declined)', ...answered(buckets, 'declined') },
      ],
    },
  ]
}

/** Answers since the message left, each kind by itself. */
export function answersOf({ buckets }: MessageTimeline): { total: number; by: Answers } {
  const by = {
    attending: answered(buckets, 'attending').total,
    maybe: answered(buckets, 'maybe').total,
    declined: answered(buckets, 'declined').total,
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
