/** A database may be away for a minute or two. What could not be written by then fails for another reason, and stands in nobody's way. */
const triesMax = 100

type News = { write: () => Promise<unknown>; tries: number }

/**
 * What this process has learned and the others have to know: written one after the other, in the background, for a database that is
 * away is no reason to keep a sender waiting. What could not be written stays, and goes first the next time.
 */
export function createNews(onError: (error: unknown) => void) {
  const untold: News[] = []
  let telling: Promise<void> | undefined

  async function tellAll() {
    for (let first = untold[0]; first; first = untold[0]) {
      first.tries += 1
      try {
        await first.write()
      } catch (error) {
        if (first.tries >= triesMax) untold.shift()
        throw error
      }
      untold.shift()
    }
  }

  /** Resolves when everything is written; rejects when something could not be. */
  const told = () => (telling ??= tellAll().finally(() => (telling = undefined)))

  return {
    told,
    add(write: () => Promise<unknown>) {
      untold.push({ write, tries: 0 })
      void told().catch(onError)
    },
  }
}
