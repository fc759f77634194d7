import { ref, watch } from 'vue'
import type { Metrics } from '../../../../api/contract/metrics.ts'
import { doneOf, number } from '../words.ts'

/** Long enough that one slow answer does not turn a minute into an hour. */
const lookBackMs = 20_000
/** Less says nothing yet. */
const lookBackMinMs = 2_000

type Sample = { at: number; done: number }

/** "9 a second, about 50 s left", from the numbers of the last seconds; undefined while that cannot be said. */
export function useSpeed(metrics: () => Metrics | undefined) {
  const words = ref<string>()
  let samples: Sample[] = []
  watch(metrics, (now) => {
    if (!now || now.message.status !== 'sending' || now.message.pausedAt) {
      samples = []
      words.value = undefined
      return
    }
    const { done, toSend } = doneOf(now.counts)
    const at = Date.parse(now.at)
    samples = [...samples.filter((each) => at - each.at <= lookBackMs), { at, done }]
    words.value = speedWords(samples, toSend - done)
  })
  return words
}

export function speedWords(samples: readonly Sample[], left: number): string | undefined {
  const [first, last] = [samples[0], samples.at(-1)]
  if (!first || !last || last.at - first.at < lookBackMinMs || left <= 0) return undefined
  const perSecond = (1000 * (last.done - first.done)) / (last.at - first.at)
  if (perSecond <= 0) return undefined
  const pace =
    perSecond < 1
      ? `${number(Math.max(1, Math.round(perSecond * 60)))} a minute`
      : `${number(Math.round(perSecond))} a second`
  return `${pace}, about ${timeLeft(left / perSecond)} left`
}

/** Rounded up: who is told a minute should not wait for two. */
function timeLeft(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds / 5) * 5} s`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 90 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`
}
