import type { Counts } from '../../../../api/contract/message.ts'
import type { Rates } from '../../../../api/contract/metrics.ts'
import { number } from '../words.ts'

export type Engagement = {
  key: string
  label: string
  value: number
  /** "61% of delivered"; a dash where a share would say more about chance than about guests. */
  share: string
  /** What a person should know beside it: "and 12 by machines". */
  beside?: string
}

/** Stands where a share would. */
export const noShare = '–'

/** What guests did with it. Each share names what it is a share of. */
export function engagementOf(counts: Counts, rates: Rates | undefined): Engagement[] {
  // Who hears nothing of arrivals (a plain mail server) can only compare with what was sent.
  const hears = counts.delivered > 0
  const of = hears ? 'delivered' : 'sent'
  const machine = (count: number) => (count > 0 ? `and ${number(count)} by machines` : undefined)
  const figures: Engagement[] = [
    { key: 'delivered', label: 'Delivered', value: counts.delivered, share: share(rates?.deliveredOfSent, 'sent') },
    {
      key: 'opened',
      label: 'Opened',
      value: counts.opened,
      share: share(hears ? rates?.openedOfDelivered : rates?.openedOfSent, of),
      beside: machine(counts.openedMachine),
    },
    {
      key: 'clicked',
      label: 'Clicked',
      value: counts.clicked,
      share: share(hears ? rates?.clickedOfDelivered : rates?.clickedOfSent, of),
      beside: machine(counts.clickedMachine),
    },
    {
      key: 'unsubscribed',
      label: 'Unsubscribed',
      value: counts.unsubscribed,
      share: share(rates?.unsubscribedOfSent, 'sent'),
      beside: counts.complained > 0 ? `${number(counts.complained)} marked it as spam` : undefined,
    },
  ]
  // "0%" of something would be a judgement on what has hardly begun. Of how many mails a share says anything is the server's to know.
  const isTold = rates !== undefined && rates.deliveredOfSent !== null
  if (isTold) {
    for (const figure of figures) if (figure.value === 0) figure.share = 'none yet'
  }
  return figures
}

/** Rounded down: 100% means everyone. Below one percent the decimals are all there is. */
export function share(rate: number | null | undefined, of: string): string {
  if (rate === null || rate === undefined) return noShare
  const figure = rate > 0 && rate < 1 ? rate.toFixed(1) : String(Math.floor(rate))
  return `${figure}% of ${of}`
}
