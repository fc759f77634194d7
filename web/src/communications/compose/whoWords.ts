import type { RecipientCount } from '../../../../api/contract/delivery.ts'
import { number } from '../words.ts'

type Excluded = RecipientCount['excluded']

/** Why somebody is left out, in the order in which it is told. */
const reasons: readonly { key: keyof Omit<Excluded, 'sharedAddress'>; words: (counted: RecipientCount) => string }[] = [
  { key: 'unsubscribed', words: () => 'unsubscribed' },
  { key: 'suppressed', words: () => 'bounced before' },
  { key: 'noAddress', words: () => 'without an address' },
  {
    key: 'frequencyCapped',
    words: ({ frequencyCap }) => `already mailed${frequencyCap ? howOften(frequencyCap) : ''}`,
  },
]

/** " within 24 hours", " twice within 24 hours", " 5 times within 7 days": what the operator allows, and these have had. */
function howOften({ mails, hours }: NonNullable<RecipientCount['frequencyCap']>): string {
  const times = ['', '', ' twice'][mails] ?? ` ${number(mails)} times`
  const inDays = hours > dayHours && hours % dayHours === 0
  const span = inDays ? `${hours / dayHours} days` : hours === 1 ? 'an hour' : `${hours} hours`
  return `${times} within ${span}`
}

const dayHours = 24

/** "guests will receive this", beside the number. */
export function willReceive(count: number): string {
  if (count === 0) return 'Nobody will receive this'
  return count === 1 ? 'guest will receive this' : 'guests will receive this'
}

/** "4 of 46 left out: 2 unsubscribed, 1 bounced before, 1 without an address. 2 more share an address and are in the same mail" */
export function leftOut(counted: RecipientCount): string {
  const { count, excluded } = counted
  const left = reasons.filter(({ key }) => excluded[key] > 0)
  const sum = left.reduce((total, { key }) => total + excluded[key], 0)
  const all = count + sum + excluded.sharedAddress
  if (all === 0) return 'No guest has this answer yet.'
  const why = left.map(({ key, words }) => `${number(excluded[key])} ${words(counted)}`).join(', ')
  const shared = excluded.sharedAddress
  return [
    sum > 0 ? `${number(sum)} of ${number(all)} left out: ${why}` : 'Nobody is left out',
    shared > 0 &&
      `${number(shared)} more ${shared === 1 ? 'shares' : 'share'} an address and ${shared === 1 ? 'is' : 'are'} in the same mail`,
  ]
    .filter(Boolean)
    .join('. ')
}
