/** More in one statement saves nothing any more. */
const flushMax = 500

/** Gathers what comes while a flush is under way into the next one. Each caller waits for the flush that holds its item. */
export function batched<T>(flush: (items: T[]) => Promise<unknown>): (item: T) => Promise<void> {
  let waiting: { item: T; done: () => void; failed: (error: unknown) => void }[] = []
  let isFlushing = false

  async function pump() {
    if (isFlushing || waiting.length === 0) return
    isFlushing = true
    const some = waiting.slice(0, flushMax)
    waiting = waiting.slice(flushMax)
    try {
      await flush(some.map(({ item }) => item))
      for (const { done } of some) done()
    } catch (error) {
      for (const { failed } of some) failed(error)
    }
    isFlushing = false
    setImmediate(() => void pump())
  }

  return (item) =>
    new Promise((done, failed) => {
      waiting.push({ item, done, failed })
      setImmediate(() => void pump())
    })
}
