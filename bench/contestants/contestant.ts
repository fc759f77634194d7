import type { SenderKey } from '../senders/sender.ts'
import type { Stage } from '../stage/stage.ts'

/** So many guests to mail, through so many connections. The first `warmUp` of them are not measured: a daemon's first second is once a month. */
export type Load = { mails: number; warmUp: number; connections: number }

/** Someone who sends the same mails in their own way. `sender` says by which sender they leave, for that decides most of the CPU time. */
export type Contestant = {
  name: string
  sender: SenderKey
  /** Brings everything to the moment before the first mail: work queued, process started and warmed up. */
  start(stage: Stage, load: Load): Promise<Started>
}

type Started = {
  /** The process that sends. */
  pid: number
  /** Begins to send all. */
  go(): Promise<void>
  /** Answers when the last outcome was on disk (or the last mail taken, where there are no outcomes), as Date.now(). */
  end(): Promise<number>
  stop(): Promise<void>
}
