/** Proxies close what says nothing for a minute, and phones on the move for less; the promise is fifteen seconds. */
const beatEveryMs = 10_000

/** A lost hint costs a viewer at most this; for all that is watched it is one statement. */
const catchUpEveryMs = 5000

/** Whoever lost the right to watch is shut out within five seconds, the time of the look included. */
const checkRightsEveryMs = 4000

const clearIdleEveryMs = 5 * 60_000

type Rounds = { beat(): void; catchUp(): void; checkRights(): void; clearIdle(): void }

/** What is done for all connections together from time to time; no connection has a timer of its own. */
export function makeRounds(rounds: Rounds): () => void {
  const timers = [
    setInterval(rounds.beat, beatEveryMs),
    setInterval(rounds.catchUp, catchUpEveryMs),
    setInterval(rounds.checkRights, checkRightsEveryMs),
    setInterval(rounds.clearIdle, clearIdleEveryMs),
  ]
  // A process that has nothing else to do may end.
  for (const timer of timers) timer.unref()
  return () => {
    for (const timer of timers) clearInterval(timer)
  }
}
