import { expect, test } from 'vitest'
import { createAppetite } from './appetite.ts'
import { createHand, type Job } from './hand.ts'
import { bandsPassedOver } from './shares.ts'

/** A job of `rows` mails of a message. */
function job(message: string, priority: number, rows = 1): Job {
  const unit = {
    messageId: message,
    id: 1,
    epoch: 1,
    kind: 'send',
    lo: 1,
    hi: rows,
    cursor: null,
    crashes: 0,
    priority,
  } as const
  return {
    unit: { ...unit, left: rows, lost: false, replayInMs: 0 },
    message: { id: message },
    rows: Array.from({ length: rows }, (_, seq) => ({ seq })),
  } as unknown as Job
}

const takeAll = (hand: ReturnType<typeof createHand>, count: number) =>
  Array.from({ length: count }, () => hand.take()?.message.id)

test('messages that are equally urgent take turns, mail by mail', () => {
  const hand = createHand()
  for (let n = 0; n < 3; n++) hand.put(job('long', 3))
  hand.put(job('short', 3))

  expect(takeAll(hand, 5)).toEqual(['long', 'short', 'long', 'long', undefined])
})

test('what is urgent goes first, and every eighth mail is for the others', () => {
  const hand = createHand()
  for (let n = 0; n < 100; n++) hand.put(job('broadcast', 3))
  for (let n = 0; n < 100; n++) hand.put(job('notice', 0))

  const taken = takeAll(hand, 16)

  expect(taken.filter((message) => message === 'broadcast')).toHaveLength(2)
  expect(taken[0]).toBe('notice')
})

test('however many bands wait, each gets on', () => {
  const passedOver = Array.from({ length: 512 }, (_, n) => bandsPassedOver(n + 1))

  expect([0, 1, 2, 3].map((bands) => passedOver.filter((each) => each === bands).length)).toEqual([448, 56, 7, 1])
})

test('a job that is put back goes before the others of its message', () => {
  const hand = createHand()
  hand.put(job('a', 3, 2))
  hand.put(job('a', 3, 5))
  const first = hand.take()!

  hand.put(first, true)

  expect(hand.rowsWaiting()).toBe(7)
  expect(hand.take()!.rows).toHaveLength(2)
  expect(hand.rowsWaiting()).toBe(5)
})

test('rows are counted by how urgent they are', () => {
  const hand = createHand()
  hand.put(job('broadcast', 3, 10))
  hand.put(job('notice', 0, 2))

  expect([hand.rowsWaiting(0), hand.rowsWaiting(2), hand.rowsWaiting(3), hand.rowsWaiting()]).toEqual([2, 2, 12, 12])
  expect(hand.priorities()).toEqual([0, 3])
})

test('a process holds two seconds of work at the pace at which mails leave, and little while it knows nothing', () => {
  const hand = createHand()
  let now = 0
  const clock = { now: () => now, sleep: async () => {}, nextRound: async () => {}, every: () => () => {} }
  const appetite = createAppetite(clock, hand, { linesMax: 10, batchMax: 1 })
  const atFirst = appetite.rows()

  for (let second = 0; second < 20; second++) {
    for (let n = 0; n < 1000; n++) hand.put(job('broadcast', 3))
    now += 1000
    for (let n = 0; n < 900; n++) hand.take()
    appetite.rows()
  }
  const whenFast = appetite.rows()
  for (let second = 0; second < 40; second++) {
    now += 1000
    hand.take()
    appetite.rows()
  }

  expect(atFirst).toBe(40)
  expect(whenFast).toBeGreaterThan(1700)
  expect(whenFast).toBeLessThanOrEqual(1800)
  expect(appetite.rows()).toBe(40)
})
