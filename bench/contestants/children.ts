import { sampleMail } from '../senders/sample-mail.ts'
import type { SenderKey } from '../senders/sender.ts'
import { startChild, type Child } from '../stage/child.ts'
import { createEvent, forgetEverything } from '../stage/events.ts'
import type { Stage } from '../stage/stage.ts'
import type { Contestant, Load } from './contestant.ts'

/** A sender alone, without a queue: the ceiling of everybody who sends with it. */
export function alone(name: string, sender: SenderKey): Contestant {
  return {
    name,
    sender,
    async start(stage, load) {
      const child = startChild('bench/contestants/raw.ts', [await ordersFor(stage, load, { sender })])
      await child.heard()
      const { go, done } = begun(child)
      const end = async () => {
        await done()
        return (await stage.sink.received('example.com')).lastAt
      }
      return { pid: child.pid, go, end, stop: child.stop }
    },
  }
}

/** A job library that sends: a job for each guest, queued before, and a row for each outcome. */
export function peer(name: string, file: string, how: { sender: SenderKey; tuned: boolean }): Contestant {
  return {
    name,
    sender: how.sender,
    async start(stage, load) {
      const { pool } = stage
      await pool.query('drop table if exists outcome')
      await pool.query(
        'create table outcome (id bigint primary key, reply text not null, at timestamptz not null default now())',
      )
      const child = startChild(`bench/peers/${file}`, [await ordersFor(stage, load, how)])
      await child.heard()
      const { go, done } = begun(child)
      const end = async () => {
        await done()
        const { rows } = await pool.query(
          'select count(*)::int as outcomes, (extract(epoch from max(at)) * 1000)::float8 as last_at from outcome',
        )
        if (rows[0].outcomes !== load.mails)
          throw new Error(`${name}: ${rows[0].outcomes} outcomes of ${load.mails} mails`)
        return rows[0].last_at as number
      }
      return { pid: child.pid, go, end, stop: child.stop }
    },
  }
}

/** The word "go", and the wait for the child's "done". */
function begun(child: Child) {
  let working: Promise<unknown> | undefined
  return {
    async go() {
      working = child.ask({ do: 'go' })
      // It is told when somebody waits for it.
      working.catch(() => {})
    },
    done: () => working,
  }
}

async function ordersFor(
  stage: Stage,
  { mails, connections }: Pick<Load, 'mails' | 'connections'>,
  how: { sender: SenderKey; tuned?: boolean },
) {
  const mail = await sampleMail(await createEvent(stage))
  await forgetEverything(stage)
  const where = { url: stage.url, redisPort: stage.redis?.port, smtpUrl: stage.sink.url }
  return JSON.stringify({ ...where, ...how, mails, connections, mail })
}
