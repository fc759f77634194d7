import { expect, test } from 'vitest'
import { createBatcher } from './batcher.ts'

test('what arrives during a call goes into the next one', async () => {
  const calls: number[][] = []
  const gates: (() => void)[] = []
  const batcher = createBatcher<number, number>(async (items) => {
    calls.push(items)
    await new Promise<void>((open) => gates.push(open))
    return items.map((item) => item * 10)
  }, 100)

  const first = batcher.add(1)
  await Promise.resolve().then(() => {})
  const rest = [batcher.add(2), batcher.add(3)]
  while (gates.length < 1) await new Promise(setImmediate)
  gates.shift()!()
  expect(await first).toBe(10)
  while (gates.length < 1) await new Promise(setImmediate)
  gates.shift()!()

  expect(await Promise.all(rest)).toEqual([20, 30])
  expect(calls).toEqual([[1], [2, 3]])
})

test('a call never carries more than its limit', async () => {
  const sizes: number[] = []
  const batcher = createBatcher<number, void>(async (items) => {
    sizes.push(items.length)
    return items.map(() => undefined)
  }, 4)

  await Promise.all(Array.from({ length: 10 }, (_, n) => batcher.add(n)))

  expect(sizes).toEqual([4, 4, 2])
})

test('a failing call fails its own items and no others', async () => {
  let call = 0
  const batcher = createBatcher<number, string>(async (items) => {
    if (++call === 1) throw new Error('the database is away')
    return items.map(String)
  }, 1)

  const results = await Promise.allSettled([batcher.add(1), batcher.add(2)])
  await batcher.idle()

  expect(results.map((result) => result.status)).toEqual(['rejected', 'fulfilled'])
})
