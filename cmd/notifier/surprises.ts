import type { Notifier } from './notifier.ts'

/** A mail was taken though nobody expected it any more, so that a guest got it twice or a failure was none: whoever watches is to see it. */
export function tellSurprises({ log, meter }: Pick<Notifier, 'log' | 'meter'>, count: number): void {
  if (count === 0) return
  log.error({ count }, 'double_send_detected')
  meter?.add('double_send_detected', count)
}
