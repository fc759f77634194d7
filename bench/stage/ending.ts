// What must be stopped and removed when the benchmark ends, however it ends: well, by an error, by Ctrl-C or by a time limit.

type Ending = () => Promise<void>

const endings: Ending[] = []

export function atEnd(end: Ending) {
  endings.push(end)
}

let ending: Promise<void> | undefined

/** The last one that was begun is ended first. Whoever asks while it is under way waits for the same end. */
export function endEverything(): Promise<void> {
  return (ending ??= endOneByOne().finally(() => (ending = undefined)))
}

async function endOneByOne() {
  for (let end = endings.pop(); end; end = endings.pop()) {
    await end().catch((error: unknown) => console.error('Could not clean up:', error))
  }
}

/**
 * Ends everything when we are told to stop. The embedded server's package has a listener of its own, which would end the process
 * as soon as the server has stopped, with the rest still standing: ours takes its place. To be called when all is imported.
 */
export function endOnSignals() {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.removeAllListeners(signal)
    process.once(signal, () => void endEverything().finally(() => process.exit(1)))
  }
}
