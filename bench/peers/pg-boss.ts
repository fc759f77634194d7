import { PgBoss } from 'pg-boss'
import { mailsAtOnce } from '../senders/sender.ts'
import { play, type Job, type Orders } from './peer.ts'

const jobsPerCall = 5000

await play({
  async fill({ url }, jobs) {
    const boss = await start(url)
    await boss.deleteQueue('mail').catch(() => {})
    await boss.createQueue('mail')
    for (let from = 0; from < jobs.length; from += jobsPerCall) {
      await boss.insert(
        'mail',
        jobs.slice(from, from + jobsPerCall).map((data) => ({ data })),
      )
    }
    await boss.getDb().executeSql('vacuum analyze')
    await boss.stop({ graceful: false })
  },
  async work(orders, handle) {
    const boss = await start(orders.url)
    const howToFetch = orders.tuned ? tuned : plain(orders)
    await boss.work<Job>('mail', { ...soonAgain, ...howToFetch }, (jobs) =>
      Promise.all(jobs.map(({ data }) => handle(data))),
    )
  },
})

/** Its default is one job every two seconds; this is the shortest poll, and none at all while batches come back full. */
const soonAgain = { pollingIntervalSeconds: 0.5, burstWhenBatchFull: true }

/** As many jobs at once as the others have, fetched and completed together (pgboss.io/api/workers, `batchSize`). */
const plain = (orders: Orders) => ({ batchSize: mailsAtOnce(orders) })

/** Four loops with large batches, so that one batch's slowest mail does not hold up the rest. */
const tuned = { batchSize: 200, localConcurrency: 4 }

/** Without its maintenance and its schedules, which would cost it time here and help it nothing. */
async function start(url: string) {
  const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false, max: 10 })
  boss.on('error', console.error)
  await boss.start()
  return boss
}
