import { pipelines } from '../../../api/domain/pipelines.ts'
import { databaseNow } from '../../../api/storage/pipeline-cursors.ts'
import type { Clock } from '../clock.ts'
import { runPipeline, type PipelineTools } from './run.ts'

/** How soon a replica sees that a run is due, or that an operator has set a backfill. One small statement per pipeline. */
const lookEveryMs = 10_000

/**
 * Polls the provider's event API beside the sending, which it never keeps waiting: one connection, a few hundredths of a second per page.
 * @returns a function that ends it; what it was about to store, it stores.
 */
export function pollEvents(tools: Omit<PipelineTools, 'now' | 'stopwatch' | 'signal'> & { clock: Clock }) {
  const { db, log, clock } = tools
  const stopped = new AbortController()
  const { signal } = stopped
  const run: PipelineTools = { ...tools, now: () => databaseNow(db), stopwatch: () => clock.now(), signal }

  async function look() {
    for (const pipeline of pipelines) {
      while (!signal.aborted && (await runPipeline(run, pipeline)) === 'more');
    }
  }

  async function loop() {
    while (!signal.aborted) {
      await look().catch((error: unknown) => log.warn({ err: error }, 'the pipelines could not run; trying again soon'))
      await clock.sleep(lookEveryMs, signal)
    }
  }

  const looping = loop()
  return async () => {
    stopped.abort()
    await looping
  }
}
