import { Queue, Worker } from 'bullmq'
import { mailsAtOnce } from '../senders/sender.ts'
import { play, type Job } from './peer.ts'

const jobsPerCall = 2000
const connectionTo = (port: number) => ({ host: '127.0.0.1', port, maxRetriesPerRequest: null })

await play({
  async fill({ redisPort }, jobs) {
    const queue = new Queue<Job>('mail', { connection: connectionTo(redisPort) })
    await queue.obliterate({ force: true })
    for (let from = 0; from < jobs.length; from += jobsPerCall) {
      await queue.addBulk(jobs.slice(from, from + jobsPerCall).map((data) => ({ name: 'mail', data })))
    }
    await queue.close()
  },
  async work(orders, handle) {
    return new Worker<Job>('mail', ({ data }) => handle(data), {
      connection: connectionTo(orders.redisPort),
      concurrency: mailsAtOnce(orders),
      // By default finished jobs stay in Redis for ever; its guide to production says to remove them.
      ...(orders.tuned && { removeOnComplete: { count: 0 } }),
    })
  },
})
