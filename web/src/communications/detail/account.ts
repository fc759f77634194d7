import type { Counts } from '../../../../api/contract/message.ts'

export type Line = { key: string; label: string; value: number; kind: 'line' | 'sub' | 'sum' }

export type Account = {
  toSend: Line[]
  became: Line[]
  /** What is missing (or too much) when it does not add up. */ gap: number
}

/** The account of a message: whom it was for, and what became of each. Both halves end in the same number, or say so. */
export function accountOf(counts: Counts, taker: string): Account {
  const { total, skipped, sent, failed, unknown, cancelled, queued } = counts
  const toSend = total - skipped
  const became = sent + failed + unknown + cancelled + queued
  const { delivered, waiting, bounced } = partsOfSent(counts)
  return {
    toSend: [
      line('total', 'Chosen audience', total),
      ...some(sub('skipped', 'Skipped', -skipped)),
      sum('toSend', 'To send', toSend),
    ],
    became: [
      line('sent', `Accepted by ${taker}`, sent),
      ...(sent > 0
        ? [
            sub('delivered', 'Delivered', delivered),
            sub('waiting', 'Accepted, no word yet', waiting),
            ...some(sub('bounced', 'Bounced', bounced)),
          ]
        : []),
      line('failed', 'Failed', failed),
      line('unknown', 'Unknown', unknown),
      ...some(line('cancelled', 'Stopped before sending', cancelled)),
      line('queued', 'Queued', queued),
      sum('became', 'To send', became),
    ],
    gap: toSend - became,
  }
}

/** Sent, cut into parts that never overlap: a mail that bounced after it was delivered has bounced. */
export function partsOfSent({ sent, delivered, bounced }: Counts) {
  const came = Math.min(delivered, Math.max(sent - bounced, 0))
  return { delivered: came, bounced, waiting: Math.max(sent - bounced - came, 0) }
}

const line = (key: string, label: string, value: number): Line => ({ key, label, value, kind: 'line' })
const sub = (key: string, label: string, value: number): Line => ({ key, label, value, kind: 'sub' })
const sum = (key: string, label: string, value: number): Line => ({ key, label, value, kind: 'sum' })
const some = (entry: Line): Line[] => (entry.value === 0 ? [] : [entry])

/** Who takes the mails, by a name that people know. */
const takers: Record<string, string> = {
  resend: 'Resend',
  ses: 'Amazon SES',
  smtp: 'your mail server',
  log: 'the log only',
}

export function takerOf(provider: string | null): string {
  return (provider && takers[provider]) || 'the mail provider'
}
