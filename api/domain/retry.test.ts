import { describe, expect, test } from 'vitest'
import { blindResendsMax, outcomeOf, replayWithinMs, type Try } from './retry.ts'

const hourMs = 3_600_000
const known: Try = { attempt: 1, expiresInMs: 24 * hourMs, policy: 'resend', deduplicates: false, random: 0 }
const lost = { kind: 'unknown', reason: 'No answer.' } as const
const after = (result: Parameters<typeof outcomeOf>[0], change: Partial<Try> = {}) =>
  outcomeOf(result, { ...known, ...change })

describe('a lost answer', () => {
  test('is risked again at once under policy resend, three times, and then held', () => {
    const states = [1, 2, 3, 4].map((attempt) => after(lost, { attempt }).state)

    expect(after(lost)).toMatchObject({ state: 'queued', dueInMs: 0, inDoubt: true })
    expect(states).toEqual([...Array.from({ length: blindResendsMax }, () => 'queued'), 'unknown'])
  })

  test('is held at once under policy hold', () => {
    expect(after(lost, { policy: 'hold' })).toEqual({ state: 'unknown', reason: 'No answer.', reply: undefined })
  })

  test('waits for the word of a provider that gives one, and for nobody’s under policy hold', () => {
    const waits = { evidenceWithinMs: 900_000 }

    expect(after(lost, waits)).toMatchObject({ state: 'unknown', dueInMs: 900_000 })
    expect(after(lost, { ...waits, policy: 'hold' })).not.toHaveProperty('dueInMs')
    expect(after(lost, { ...waits, attempt: blindResendsMax + 1 })).not.toHaveProperty('dueInMs')
    expect(after(lost, { ...waits, expiresInMs: 60_000 })).not.toHaveProperty('dueInMs')
  })

  test('is asked for again under the same key for as long as the provider remembers the key, whatever the policy', () => {
    const keyed = { deduplicates: true, policy: 'hold', attempt: 40 } as const

    expect(after(lost, keyed)).toMatchObject({ state: 'queued', inDoubt: true })
    expect(after(lost, { ...keyed, expiresInMs: 72 * hourMs, doubtForMs: replayWithinMs - hourMs })).toMatchObject({
      state: 'queued',
    })
    expect(after(lost, { ...keyed, expiresInMs: 72 * hourMs, doubtForMs: replayWithinMs - 60_000 })).toMatchObject({
      state: 'unknown',
    })
  })

  test('stays unknown, and does not become a failure, when it is too late to ask again', () => {
    expect(after(lost, { deduplicates: true, expiresInMs: 100 })).toMatchObject({ state: 'unknown' })
  })

  test('of a key that the provider knows with other bytes is nobody’s to repeat', () => {
    expect(after({ ...lost, conflict: true }, { deduplicates: true })).toMatchObject({ state: 'unknown' })
  })
})

test('what was sent again although it may have arrived is not known to have failed, whatever the provider keeps of keys', () => {
  const doubted = { doubted: true, deduplicates: true }

  expect(after({ kind: 'rejected', reason: 'Too much mail.' }, doubted)).toMatchObject({ state: 'unknown' })
  expect(after({ kind: 'tryLater', reason: 'Busy.', afterMs: 1000 }, { ...doubted, expiresInMs: 10 })).toMatchObject({
    state: 'unknown',
  })
})

describe('after an answer was lost', () => {
  const inDoubt = { doubtForMs: 60_000, attempt: 2 }

  test('a refusal of the second try says nothing about the first', () => {
    const refusal = { kind: 'rejected', reason: 'Too much mail.', badAddress: true } as const

    expect(after(refusal, inDoubt)).toMatchObject({
      state: 'unknown',
      reason: expect.stringContaining('Too much mail.'),
    })
    expect(after(refusal)).toEqual({ state: 'failed', reason: 'Too much mail.', reply: undefined, badAddress: true })
    // A keyed repeat is the same call, so its answer is the answer.
    expect(after(refusal, { ...inDoubt, deduplicates: true })).toMatchObject({ state: 'failed' })
  })

  test('giving up leaves it unknown', () => {
    const busy = { kind: 'tryLater', reason: 'Busy.', afterMs: 60_000 } as const

    expect(after(busy, { ...inDoubt, expiresInMs: 1000 })).toMatchObject({ state: 'unknown' })
    expect(after(busy, { expiresInMs: 1000 })).toMatchObject({ state: 'failed' })
  })
})
