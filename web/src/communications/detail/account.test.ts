import fc from 'fast-check'
import { mount } from '@vue/test-utils'
import { expect, test } from 'vitest'
import { counts } from '../../../test/given-messages.ts'
import { accountOf, partsOfSent, takerOf } from './account.ts'
import Ledger from './Ledger.vue'
import { barInWords, partsOf } from './progress.ts'

const going = counts({
  total: 1306,
  skipped: 22,
  sent: 818,
  delivered: 764,
  bounced: 5,
  failed: 11,
  unknown: 3,
  queued: 452,
})

test('both halves of the ledger end in the same number', () => {
  const { toSend, became, gap } = accountOf(going, 'Resend')

  expect(toSend.at(-1)?.value).toBe(1284)
  expect(became.at(-1)?.value).toBe(1284)
  expect(gap).toBe(0)
})

test('a ledger that adds up says so', () => {
  const ledger = mount(Ledger, { props: { counts: going, provider: 'resend' } })

  expect(ledger.text()).toContain('Adds up')
  expect(ledger.text()).toContain('Accepted by Resend')
})

test('a ledger that does not add up names the difference', () => {
  const ledger = mount(Ledger, { props: { counts: { ...going, queued: 449 }, provider: null } })

  expect(ledger.get('[role=alert]').text()).toContain('3 missing')
  expect(ledger.text()).not.toContain('Adds up')
})

test('whatever the provider reports, the parts of the bar never overlap', () => {
  const report = fc.record({ sent: fc.nat(500), delivered: fc.nat(600), bounced: fc.nat(600) })
  fc.assert(
    fc.property(report, ({ sent, delivered, bounced }) => {
      const parts = partsOfSent(counts({ sent, delivered, bounced: Math.min(bounced, sent) }))

      expect(parts.delivered + parts.waiting + parts.bounced).toBe(sent)
    }),
  )
})

test('the bar is told in words', () => {
  expect(barInWords(going)).toBe('764 delivered; 49 accepted, no word yet; 16 failed or bounced; 3 unknown; 452 queued')
  expect(barInWords(counts())).toBe('Nothing to send')
  expect(partsOf(going).map(({ value }) => value)).toEqual([764, 49, 16, 3])
})

test('a provider that nobody knows by name is still no slug', () => {
  expect(takerOf('pigeon_v2')).toBe('the mail provider')
})
