import { expect, test } from 'vitest'
import { createPace } from './pace.ts'

const away = { kind: 'throttled', reason: 'No connection.', afterMs: 5_000 } as const

/** `told` are the waits that the log spoke of; `at` moves the clock. */
function givenPace() {
  const told: number[] = []
  const log = { warn: ({ waitMs }: { waitMs: number }) => void told.push(waitMs) }
  let now = 1
  const clock = { now: () => now }
  const pace = createPace({ log, clock, random: () => 1 } as unknown as Parameters<typeof createPace>[0])
  const at = (ms: number) => void (now = ms)
  return { pace, told, at }
}

test('ten lines that are refused at the same moment are one refusal, and not half an hour of silence', () => {
  const { pace, told } = givenPace()

  for (let line = 1; line <= 10; line++) pace.pause(away)

  expect(told).toEqual([5_000])
})

test('a provider that is still away after the pause is left alone for twice as long, until it takes a mail', () => {
  const { pace, told, at } = givenPace()

  pace.pause(away)
  at(5_002)
  pace.pause(away)
  at(15_003)
  pace.notice([{ kind: 'accepted', providerMessageId: 'a' }])
  pace.pause(away)

  expect(told).toEqual([5_000, 10_000, 5_000])
})

test('whoever asks for more time during a pause gets it', () => {
  const { pace, told, at } = givenPace()

  pace.pause(away)
  pace.pause({ ...away, afterMs: 60_000 })
  at(30_000)
  pace.pause(away)
  at(60_002)
  pace.pause(away)

  expect(told).toEqual([5_000, 10_000])
})
