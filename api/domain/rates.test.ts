import { expect, test } from 'vitest'
import { ratesOf, type RatedCounts } from './rates.ts'
import { upliftOf } from './uplift.ts'

const counts = (values: Partial<RatedCounts>): RatedCounts => ({
  ...{ total: 0, sent: 0, delivered: 0, opened: 0, clicked: 0, bounced: 0, complained: 0, unsubscribed: 0 },
  ...values,
})

test('a rate says of what it is a share', () => {
  const rates = ratesOf(counts({ total: 172, sent: 125, delivered: 120, opened: 45, clicked: 9 }))

  expect(rates).toMatchObject({ openedOfTotal: 26.16, openedOfSent: 36, openedOfDelivered: 37.5, clickedOfOpened: 20 })
})

test('two of ten who clicked are 20 percent', () => {
  expect(ratesOf(counts({ total: 10, sent: 10, clicked: 2 })).clickedOfSent).toBe(20)
})

test('four mails have no rate, the fifth has', () => {
  expect(ratesOf(counts({ total: 4, sent: 4, opened: 2 })).openedOfSent).toBeNull()
  expect(ratesOf(counts({ total: 5, sent: 5, opened: 2 })).openedOfSent).toBe(40)
})

test('a share of nothing is none', () => {
  const rates = ratesOf(counts({ total: 6, sent: 6 }))

  expect(rates).toMatchObject({ openedOfDelivered: null, clickedOfOpened: null, openedOfSent: 0 })
})

test.each([
  [15, 181, 8.3, '15 more guests opened after resend (+8.3 %)'],
  [1, 3, 33.3, '1 more guest opened after resend (+33.3 %)'],
  [4, 0, null, '4 more guests opened after resend'],
  [0, 10, 0, '0 more guests opened after resend (+0.0 %)'],
])('%i more on %i readers', (additionalOpens, originalOpens, percentage, message) => {
  expect(upliftOf({ additionalOpens, originalOpens })).toMatchObject({ percentage, message })
})
