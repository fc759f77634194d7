// How large the benchmarks are. The defaults take about twenty minutes on two cores; each can be set from outside.

export type Settings = {
  /** How often each contestant is measured, in turns with the others. */
  rounds: number
  /** Mails of one run through nodemailer's pool. The leaner senders get twice as many, for they would be over too soon. */
  mails: number
  /** Finished deliveries of the largest history. Ten million take 3 GB of disk and some minutes. */
  rows: number
  /** Guests of the largest expansion. */
  guests: number
  /** Only the contestants whose name holds one of these; all of them when there is none. */
  who: string[]
}

const defaults = { BENCH_ROUNDS: 3, BENCH_MAILS: 10_000, BENCH_ROWS: 10_000_000, BENCH_GUESTS: 1_000_000 }

/** @throws Error naming the variable that is no whole number. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const read = (name: keyof typeof defaults) => {
    const value = Number(env[name] || defaults[name])
    if (!Number.isInteger(value) || value < 1)
      throw new Error(`${name} must be a whole number such as ${defaults[name]}.`)
    return value
  }
  return {
    rounds: read('BENCH_ROUNDS'),
    mails: read('BENCH_MAILS'),
    rows: read('BENCH_ROWS'),
    guests: read('BENCH_GUESTS'),
    who: (env.BENCH_WHO ?? '').split(',').filter(Boolean),
  }
}
