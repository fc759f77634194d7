import { expect, test } from 'vitest'
import { writeCall } from './call.ts'
import type { Job } from './hand.ts'

/** A job of one row whose mail cannot be written. */
function unwritable(row: object) {
  const mailFor = () => {
    throw new Error('Not an address that a mail can be sent to')
  }
  return {
    message: { id: 'm', mails: { mailFor } },
    unit: {},
    rows: [{ seq: 1, generation: 1, ...row }],
  } as unknown as Job
}

test.each([
  ['that nobody has had yet is failed', { doubtForMs: null, doubted: false }, 'failed'],
  ['that may have been sent before is unknown', { doubtForMs: 3000, doubted: false }, 'unknown'],
  ['that its host had sent again without knowing is unknown', { doubtForMs: null, doubted: true }, 'unknown'],
])('a mail that cannot be written, and %s', (_, row, state) => {
  const { written, unwritable: outcomes } = writeCall(unwritable(row), 1)

  expect(written).toEqual([])
  expect(outcomes.map(({ outcome }) => outcome.state)).toEqual([state])
})
