// What must be stopped and removed when the benchmark ends, however it ends: well, by an error, by Ctrl-C or by a time limit.

type Ending = () => Promise<void>

const endings: Ending[] = []

/** The last one that was begun is ended first. */
export function atEnd(ending: Ending) {
  endings.push(ending)
}

export async function endEverything() {
  for (let ending = endings.pop(); ending; ending = endings.pop()) {
    await ending().catch((error: unknown) => console.error('Could not clean up:', error))
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void endEverything().finally(() => process.exit(1)))
}
