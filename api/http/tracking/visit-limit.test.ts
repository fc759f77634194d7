import { expect, test } from 'vitest'
import { createVisitLimit, visitsPerMailMax } from './visit-limit.ts'

const mail = (seq: number) => ({ messageId: '018f2b1e-0000-7000-8000-000000000001', seq, generation: 1 })
const noon = new Date('2027-03-14T12:00:00Z')

test('one mail that is visited without end is no more worth noting, until the next hour', () => {
  const isWorthNoting = createVisitLimit()
  const visits = Array.from({ length: visitsPerMailMax + 20 }, () => isWorthNoting(mail(1), noon))

  expect(visits.filter(Boolean)).toHaveLength(visitsPerMailMax)
  expect(isWorthNoting({ ...mail(1), generation: 2 }, noon)).toBe(false)
  expect(isWorthNoting(mail(2), noon)).toBe(true)
  expect(isWorthNoting(mail(1), new Date('2027-03-14T13:00:00Z'))).toBe(true)
})
