import { cpuUs } from './cpu.ts'
import type { Stage } from '../stage/stage.ts'

/** What one mail cost: microseconds of CPU by who spent them, and bytes of write-ahead log. */
export type Usage = { node: number; postgres: number; redis: number; sink: number; wal: number }

/** Begins to measure; the answer ends it and divides by the mails. `pid` is the process that sends. */
export async function measureUsage(stage: Stage, pid: number): Promise<(mails: number) => Promise<Usage>> {
  const before = await read(stage, pid)
  return async (mails) => {
    const after = await read(stage, pid)
    const each = (key: keyof Usage) => (after[key] - before[key]) / mails
    return {
      node: each('node'),
      postgres: each('postgres'),
      redis: each('redis'),
      sink: each('sink'),
      wal: each('wal'),
    }
  }
}

async function read({ pool, postgres, redis, sink }: Stage, pid: number): Promise<Usage> {
  // A difference, not the position itself: that does not fit into a number.
  const { rows } = await pool.query(`select (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::float8 as bytes`)
  return {
    node: cpuUs(pid),
    postgres: cpuUs(postgres.pid()),
    redis: redis ? cpuUs(redis.pid) : 0,
    sink: cpuUs(sink.pid),
    wal: rows[0].bytes,
  }
}
