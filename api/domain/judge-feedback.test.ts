import { describe, expect, test } from 'vitest'
import type { Feedback } from './feedback.ts'
import { readDeliveryTag } from './feedback.ts'
import { judgeFeedback, waitsForMs, type ReportedRow } from './judge-feedback.ts'

const messageId = '018f2b1e-0000-7000-8000-000000000001'
const row = (values: Partial<ReportedRow> = {}): ReportedRow => ({
  ...{ state: 'accepted', generation: 2, address: 'Ada@Example.org', providerMessageId: 'p-1', wiredAt: new Date() },
  ...values,
})
const report = (values: Partial<Feedback> = {}): Feedback => ({
  ...{ provider: 'resend', providerEventId: 'e-1', kind: 'delivered', happenedAt: new Date() },
  ...{ messageId, seq: 1, generation: 2, providerMessageId: 'p-1', address: 'ada@example.org' },
  ...values,
})
const unnamed = { providerMessageId: undefined }

describe('what a report is worth', () => {
  test.each<[string, string, Partial<Feedback>, Partial<ReportedRow> | undefined]>([
    ['fact', 'about a mail that was taken', {}, {}],
    ['fact', 'of an earlier try, whatever that one was called', { generation: 1, providerMessageId: 'p-0' }, {}],
    ['fact', 'of an earlier try that names nobody', { generation: 1, address: undefined }, {}],
    [
      'unprocessable',
      'of an earlier try, to the address that was corrected since',
      { generation: 1, providerMessageId: 'p-0', address: 'old@example.org' },
      {},
    ],
    [
      'unprocessable',
      'that another mailbox has the mail, while this one waits for its own',
      { generation: 1, address: 'old@example.org' },
      { state: 'queued', wiredAt: null, providerMessageId: null },
    ],
    ['fact', 'of a guest who was removed since', {}, { address: null }],
    ['fact', 'of a provider that named nothing when it took the mail', {}, { providerMessageId: null }],
    ['unhandled', 'a delay', { kind: 'delayed' }, {}],
    ['unprocessable', 'no such row', {}, undefined],
    ['unprocessable', 'a generation that is to come', { generation: 3 }, {}],
    ['unprocessable', 'another address with the right id', { address: 'eve@example.org' }, {}],
    ['unprocessable', 'the right address with another id', { providerMessageId: 'p-2' }, {}],
    ['unprocessable', 'a mail that was refused', {}, { state: 'failed' }],
    ['unprocessable', 'a mail that was never to go', {}, { state: 'skipped' }],
    ['unprocessable', 'a mail that was stopped', {}, { state: 'cancelled' }],
    ['wait', 'a row that has not left', {}, { state: 'queued', wiredAt: null, providerMessageId: null }],
    ['wait', 'on the wire, and the report does not say its name', unnamed, { state: 'wired', providerMessageId: null }],
    ['evidence', 'on the wire, with its name', {}, { state: 'wired', providerMessageId: null }],
    ['evidence', 'whose answer was lost', unnamed, { state: 'unknown', providerMessageId: null }],
    ['evidence', 'that waits for another try', {}, { state: 'queued', providerMessageId: null }],
  ])('%s: %s', (verdict, _name, reported, values) => {
    expect(judgeFeedback(report(reported), values && row(values))).toBe(verdict)
  })
})

test('a report waits longer each time, and half a minute at most', () => {
  expect([0, 1, 2, 5, 40].map(waitsForMs)).toEqual([1000, 2000, 4000, 30_000, 30_000])
})

test('a tag spells a row, with underscores in tags and with dots in a Message-ID', () => {
  const key = { messageId, seq: 12, generation: 3 }

  expect(readDeliveryTag(`${messageId}_12_3`)).toEqual(key)
  expect(readDeliveryTag(`${messageId.toUpperCase()}.12.3`)).toEqual(key)
  for (const stranger of [
    '',
    'welcome',
    `${messageId}_12`,
    `${messageId}_12_3 `,
    `${messageId}_-1_3`,
    `x${messageId}_1_1`,
  ]) {
    expect(readDeliveryTag(stranger)).toBeUndefined()
  }
})
