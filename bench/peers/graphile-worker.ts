import { Logger, makeWorkerUtils, run } from 'graphile-worker'
import { mailsAtOnce } from '../senders/sender.ts'
import { play, type Job, type Orders } from './peer.ts'

const logger = new Logger(() => () => {})
const jobsPerCall = 5000

/** The library's own figures are measured with these (worker.graphile.org/docs/performance, "Batching options"). */
const tuned = { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 }

await play({
  async fill({ url }, jobs) {
    const utils = await makeWorkerUtils({ connectionString: url, logger })
    await utils.migrate()
    await utils.withPgClient((client) => client.query('truncate graphile_worker._private_jobs'))
    for (let from = 0; from < jobs.length; from += jobsPerCall) {
      await utils.addJobs(jobs.slice(from, from + jobsPerCall).map((payload) => ({ identifier: 'mail', payload })))
    }
    await utils.withPgClient((client) => client.query('vacuum analyze graphile_worker._private_jobs'))
    await utils.release()
  },
  work(orders, handle) {
    return run({
      preset: { worker: { ...basics(orders), ...(orders.tuned && tuned), logger } },
      taskList: { mail: (job) => handle(job as Job) },
      noHandleSignals: true,
    })
  },
})

/** "maxPoolSize: concurrentJobs + 1 or more" is its own advice; the rest is its default. */
function basics(orders: Orders) {
  const concurrentJobs = mailsAtOnce(orders)
  return { connectionString: orders.url, concurrentJobs, maxPoolSize: concurrentJobs + 2 }
}
