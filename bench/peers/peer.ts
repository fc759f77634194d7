import pg from 'pg'
import { openSender, type SendingOrders } from '../senders/sender.ts'
import { batched } from './batched.ts'

/** The cheapest payload there is: who. */
export type Job = { n: number }

export type Orders = SendingOrders & { url: string; redisPort: number; mails: number; tuned: boolean }

export type Peer = {
  /** Queues a job for each guest. */
  fill(orders: Orders, jobs: Job[]): Promise<void>
  /** Starts to work them off, as its documentation says. */
  work(orders: Orders, handle: (job: Job) => Promise<void>): Promise<unknown>
}

/** Connections for outcomes: as many as mails are on the wire. */
const outcomeConnections = 10

/** Runs a peer in this process, as the benchmark tells it: fill, warm up, say so, wait for the word, work until the last outcome. */
export async function play(peer: Peer) {
  const orders = JSON.parse(process.argv[2]!) as Orders
  await peer.fill(
    orders,
    Array.from({ length: orders.mails }, (_, index) => ({ n: index + 1 })),
  )
  const send = await openSender(orders)
  const pool = new pg.Pool({ connectionString: orders.url, max: outcomeConnections })
  await Promise.all(Array.from({ length: outcomeConnections }, () => pool.query('select')))
  const record = orders.tuned ? recordTogether(pool) : recordEach(pool)
  let left = orders.mails

  process.once('message', () => {
    void peer.work(orders, async ({ n }) => {
      await record(n, await send(n, 'example.com'))
      left -= 1
      if (left === 0) process.send?.({ done: true })
    })
  })
  process.send?.({ ready: true })
}

type Record = (n: number, reply: string) => Promise<unknown>

/** An INSERT for each mail: what people write. Prepared, which most do not even do. */
function recordEach(pool: pg.Pool): Record {
  const text = 'insert into outcome (id, reply) values ($1, $2)'
  return (n, reply) => pool.query({ name: 'one', text, values: [n, reply] })
}

/** One INSERT for all that have come while the last one was under way. */
function recordTogether(pool: pg.Pool): Record {
  const text = 'insert into outcome (id, reply) select * from unnest($1::bigint[], $2::text[])'
  const flush = (some: [number, string][]) =>
    pool.query({ name: 'some', text, values: [some.map(([n]) => n), some.map(([, reply]) => reply)] })
  const add = batched(flush)
  return (n, reply) => add([n, reply])
}
