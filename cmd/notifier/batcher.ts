/**
 * Gathers single items into calls of many, and sets its own pace: one call is in flight, and whatever arrives meanwhile goes into the
 * next. Under load calls grow; at rest an item leaves at once.
 */
export type Batcher<Item, Result> = {
  /** Resolves with the item's own result, or rejects with the error of the call that carried it. */
  add(item: Item): Promise<Result>
  /** Resolves when nothing waits and nothing is in flight. */
  idle(): Promise<void>
}

type Waiting<Item, Result> = { item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void }

/** `flush` answers one result per item, in order. `itemsMax` bounds one call. */
export function createBatcher<Item, Result>(
  flush: (items: Item[]) => Promise<Result[]>,
  itemsMax: number,
): Batcher<Item, Result> {
  let waiting: Waiting<Item, Result>[] = []
  let running: Promise<void> | undefined

  async function run() {
    // A turn of the loop lets everybody who is ready at this moment join the first call.
    await Promise.resolve()
    while (waiting.length > 0) {
      const call = waiting.slice(0, itemsMax)
      waiting = waiting.slice(itemsMax)
      try {
        const results = await flush(call.map(({ item }) => item))
        call.forEach(({ resolve }, index) => resolve(results[index]!))
      } catch (error) {
        for (const { reject } of call) reject(error)
      }
    }
    running = undefined
  }

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject })
        running ??= run()
      }),
    idle: async () => {
      while (running) await running
    },
  }
}
