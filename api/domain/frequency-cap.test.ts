import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  cappedKinds,
  frequencyCapExample,
  limitFor,
  frequencyCapInWords,
  readFrequencyCap,
  type FrequencyLimit,
} from './frequency-cap.ts'
import { isTransactional, messageKinds, transactionalKinds } from './message.ts'

const day = { mails: 3, hours: 24 }

test.each([
  ['3/24h', { broadcast: day, reminder: day, resend: day }],
  [' 3/1D ', { broadcast: day, reminder: day, resend: day }],
  [
    frequencyCapExample,
    { broadcast: { mails: 2, hours: 168 }, reminder: { mails: 5, hours: 24 }, resend: { mails: 3, hours: 24 } },
  ],
  ['reminder=off, 3/24h,resend=1/30d', { broadcast: day, reminder: null, resend: { mails: 1, hours: 720 } }],
  ['100/1h', { broadcast: { mails: 100, hours: 1 }, reminder: expect.anything(), resend: expect.anything() }],
])('%j is read as it was meant', (text, cap) => {
  expect(readFrequencyCap(text)).toEqual({ ok: true, value: cap })
})

test.each([
  ['3', /^“3” is no limit\. Write mails\/hours or mails\/days, such as 3\/24h/],
  ['3/24', /^“3\/24” is no limit/],
  ['3/24h reminder=5', /^“reminder=5” is no limit/],
  ['3/24h reminder', /^“reminder” is no limit/],
  ['3/24h reminders=5/24h', /^“reminders=5\/24h” is for a kind that we do not know\. Choose from broadcast, reminder/],
  ['3/24h notice=5/24h', /^“notice=5\/24h” is for a kind that is never capped/],
  ['0/24h', /^“0\/24h” allows 0 mails\. Allow 1 to 100\./],
  ['101/24h', /^“101\/24h” allows 101 mails/],
  ['3/0h', /^“3\/0h” looks back 0h\. Look back 1h to 30d\./],
  ['3/31d', /^“3\/31d” looks back 31d/],
  ['3/24h 4/24h', /^“4\/24h” is a second limit for all\. Keep one\./],
  ['3/24h reminder=off reminder=2/24h', /^“reminder=2\/24h” is a second limit for reminder/],
  ['reminder=5/24h', /^It has no limit for all kinds\. Begin with one, such as 3\/24h\./],
  ['off', /^“off” is no limit\. Leave it empty for no cap\./],
  [',', /^It has no limit for all kinds/],
])('%j is no cap, and the part that is wrong is named', (text, problem) => {
  expect(readFrequencyCap(text)).toEqual({ ok: false, problem: expect.stringMatching(problem) })
})

test('any cap that is written down is read as it was', () => {
  const limit = fc.record({ mails: fc.integer({ min: 1, max: 100 }), hours: fc.integer({ min: 1, max: 720 }) })
  const cap = fc.record({ usual: limit, others: fc.dictionary(fc.constantFrom(...cappedKinds), fc.option(limit)) })
  const written = (each: FrequencyLimit | null) =>
    each === null ? 'off' : `${each.mails}/${each.hours % 24 ? `${each.hours}h` : `${each.hours / 24}d`}`

  fc.assert(
    fc.property(cap, fc.constantFrom(' ', ',', ', '), fc.boolean(), ({ usual, others }, between, usualIsLast) => {
      const named = Object.entries(others).map(([kind, each]) => `${kind}=${written(each)}`)
      const parts = usualIsLast ? [...named, written(usual)] : [written(usual), ...named]

      const all = Object.fromEntries(cappedKinds.map((kind) => [kind, usual]))
      expect(readFrequencyCap(parts.join(between))).toEqual({ ok: true, value: { ...all, ...others } })
    }),
  )
})

test('no text at all is too strange to be answered', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(readFrequencyCap(text)).toHaveProperty('ok')
    }),
  )
})

test('every kind is either capped or transactional, and only the capped ones have a limit', () => {
  expect([...cappedKinds, ...transactionalKinds].toSorted()).toEqual([...messageKinds].toSorted())
  const cap = { broadcast: day, reminder: null, resend: day }
  for (const kind of messageKinds) {
    expect(limitFor(cap, kind)).toEqual(isTransactional(kind) || kind === 'reminder' ? undefined : day)
    expect(limitFor(undefined, kind)).toBeUndefined()
  }
})

test.each([
  ['3/24h', '3 mails within 24 hours'],
  ['1/1h', '1 mail within 1 hour'],
  [
    '3/24h reminder=5/2d resend=off',
    'broadcast: 3 mails within 24 hours, reminder: 5 mails within 48 hours, resend: no limit',
  ],
])('an operator who wrote “%s” reads it in words', (text, words) => {
  const reading = readFrequencyCap(text)
  expect(reading.ok && frequencyCapInWords(reading.value)).toBe(words)
})
