import { expect, test } from 'vitest'
import { chooseEventApi, readInterval } from './backfill.ts'

const now = new Date('2027-03-14T12:00:00.000Z')

test('an interval of the past is read, in whatever zone it is written', () => {
  expect(readInterval('2027-03-13T00:00:00Z', '2027-03-13T23:30:00+01:00', now)).toEqual({
    ok: true,
    begin: new Date('2027-03-13T00:00:00Z'),
    end: new Date('2027-03-13T22:30:00Z'),
  })
})

test.each([
  ['yesterday', '2027-03-14T00:00Z', 'begin', /such as 2027-03-13T12:00:00Z/],
  ['2027-03-13T00:00', '2027-03-14T00:00Z', 'begin', /instant in UTC/],
  ['2027-03-13T00:00Z', '2027-13-14T00:00Z', 'end', /instant in UTC/],
  ['2027-03-13T00:00Z', '2027-03-14T12:00:01Z', 'end', /in the past/],
  ['2027-03-14T00:00Z', '2027-03-14T00:00Z', 'end', /later than the beginning/],
  ['2027-01-13T00:00Z', '2027-03-14T00:00Z', 'begin', /last 31 days/],
] as const)('from %s to %s is refused at %s', (begin, end, field, problem) => {
  expect(readInterval(begin, end, now)).toEqual({ ok: false, field, problem: expect.stringMatching(problem) })
})

const relay = { provider: 'smtp', eventApi: 'mailgun' }

test.each([
  ['the one that is polled', [relay], undefined, { ok: true, provider: 'mailgun' }],
  ['the one that is named', [relay], 'mailgun', { ok: true, provider: 'mailgun' }],
  ['another than is polled', [relay], 'resend', { ok: false, problem: expect.stringMatching(/^Resend .*dashboard/) }],
  ['one that does not exist', [relay], 'pigeon', { ok: false, problem: expect.stringMatching(/asks pigeon/) }],
  [
    'SES',
    [{ provider: 'ses', eventApi: null }],
    undefined,
    { ok: false, problem: expect.stringMatching(/dead-letter/) },
  ],
  [
    'plain SMTP',
    [{ provider: 'smtp', eventApi: null }],
    undefined,
    { ok: false, problem: expect.stringMatching(/MAILGUN_/) },
  ],
  ['nobody', [], undefined, { ok: false, problem: expect.stringMatching(/^No notifier is alive/) }],
])('events of %s', (_, sources, asked, choice) => {
  expect(chooseEventApi(sources, asked)).toEqual(choice)
})
