import type { Counts } from '../../../../api/contract/message.ts'
import type { Segment } from '../../ui/ProgressBar.vue'
import { number } from '../words.ts'
import { partsOfSent } from './account.ts'

export type Part = Segment & { words: string }

/** The bar, from left to right. Queued and stopped are the empty track. */
export function partsOf(counts: Counts): Part[] {
  const { delivered, waiting, bounced } = partsOfSent(counts)
  return [
    { key: 'delivered', label: 'Delivered', words: 'delivered', value: delivered, tone: 'good' },
    { key: 'waiting', label: 'Accepted', words: 'accepted, no word yet', value: waiting, tone: 'accepted' },
    { key: 'bad', label: 'Failed or bounced', words: 'failed or bounced', value: counts.failed + bounced, tone: 'bad' },
    { key: 'unknown', label: 'Unknown', words: 'unknown', value: counts.unknown, tone: 'warn' },
  ]
}

/** "764 delivered, 49 accepted, no word yet, 452 queued": the bar for whoever listens. */
export function barInWords(counts: Counts): string {
  const parts = [
    ...partsOf(counts).map(({ value, words }) => ({ value, words })),
    { value: counts.cancelled, words: 'stopped' },
    { value: counts.queued, words: 'queued' },
  ].filter(({ value }) => value > 0)
  return parts.length === 0
    ? 'Nothing to send'
    : parts.map(({ value, words }) => `${number(value)} ${words}`).join('; ')
}
