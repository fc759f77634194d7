import { percent } from './rates.ts'

/** What sending again brought: guests who opened the second mail and not the first, and what share of the first mail's readers they are. */
export type Uplift = { additionalOpens: number; originalOpens: number; percentage: number | null; message: string }

/** `percentage` has one decimal, and is null when nobody had opened the first mail. */
export function upliftOf({
  additionalOpens,
  originalOpens,
}: {
  additionalOpens: number
  originalOpens: number
}): Uplift {
  const percentage = percent(additionalOpens, originalOpens, 1)
  const guests = additionalOpens === 1 ? '1 more guest' : `${additionalOpens} more guests`
  const share = percentage === null ? '' : ` (+${percentage.toFixed(1)} %)`
  return { additionalOpens, originalOpens, percentage, message: `${guests} opened after resend${share}` }
}
