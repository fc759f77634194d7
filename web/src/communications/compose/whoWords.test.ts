import { expect, test } from 'vitest'
import { leftOut, willReceive } from './whoWords.ts'

const nobody = { unsubscribed: 0, suppressed: 0, noAddress: 0, sharedAddress: 0, frequencyCapped: 0 }

test.each([
  [
    { count: 42, excluded: { ...nobody, unsubscribed: 2, suppressed: 1, noAddress: 1 } },
    '4 of 46 left out: 2 unsubscribed, 1 bounced before, 1 without an address',
  ],
  [{ count: 42, excluded: nobody }, 'Nobody is left out'],
  [
    { count: 3, excluded: { ...nobody, sharedAddress: 1 } },
    'Nobody is left out. 1 more shares an address and is in the same mail',
  ],
  [{ count: 0, excluded: { ...nobody, unsubscribed: 2 } }, '2 of 2 left out: 2 unsubscribed'],
  [{ count: 0, excluded: nobody }, 'No guest has this answer yet.'],
])('%j', (counted, words) => {
  expect(leftOut({ ...counted, frequencyCap: null })).toBe(words)
})

test.each([
  [{ mails: 1, hours: 24 }, 'already mailed within 24 hours'],
  [{ mails: 2, hours: 24 }, 'already mailed twice within 24 hours'],
  [{ mails: 5, hours: 168 }, 'already mailed 5 times within 7 days'],
  [{ mails: 3, hours: 36 }, 'already mailed 3 times within 36 hours'],
  [{ mails: 2, hours: 1 }, 'already mailed twice within an hour'],
])('whoever has had as many as %j allows is %s', (frequencyCap, words) => {
  const counted = { count: 40, excluded: { ...nobody, unsubscribed: 1, frequencyCapped: 3 }, frequencyCap }

  expect(leftOut(counted)).toBe(`4 of 44 left out: 1 unsubscribed, 3 ${words}`)
})

test.each([
  [0, 'Nobody will receive this'],
  [1, 'guest will receive this'],
  [2, 'guests will receive this'],
])('%s: %s', (count, words) => {
  expect(willReceive(count)).toBe(words)
})
