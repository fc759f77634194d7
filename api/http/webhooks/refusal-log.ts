import type { App } from '../deps.ts'

/** Whoever floods us with forgeries fills a line a minute of the log, and not its disk. */
export const summaryEveryMs = 60_000
/** There are some thirty reasons; what has words of another machine in it must not make more of them. */
const reasonsMax = 60

export type RefusedWebhook = { provider: string; outcome: string; reason: string }

/** Refusals of one reason since its last line. */
type Tally = { refused: RefusedWebhook; since: number }

/**
 * Tells the operator why requests to a webhook were refused: the first of each reason at once, and what follows of it with one line a minute, for
 * as long as it goes on. How many there were in all is counted by the figures.
 */
export function createRefusalLog(app: App): (refused: RefusedWebhook) => void {
  const tallies = new Map<string, Tally>()
  let timer: NodeJS.Timeout | undefined

  function sumUp() {
    for (const [key, tally] of tallies) {
      if (tally.since === 0) tallies.delete(key)
      else app.log.warn({ ...tally.refused, requests: tally.since }, 'more such requests to a webhook were refused')
      tally.since = 0
    }
    if (tallies.size === 0) stop()
  }

  function stop() {
    clearInterval(timer)
    timer = undefined
  }

  app.addHook('onClose', async () => {
    sumUp()
    stop()
  })

  return (refused) => {
    const { provider, outcome, reason } = refused
    const key = `${provider} ${outcome} ${reason}`
    const known = tallies.get(key)
    if (known !== undefined) return void (known.since += 1)
    if (tallies.size >= reasonsMax) return
    tallies.set(key, { refused, since: 0 })
    timer ??= setInterval(sumUp, summaryEveryMs).unref()
    app.log.warn(refused, 'a webhook was refused')
  }
}
