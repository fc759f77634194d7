import { join, resolve } from 'node:path'
import { startDemo } from './demo.ts'
import { Ending } from './ending.ts'

// `npm start`: everything on one machine. PostgreSQL, the API with the web app, one notifier, and a mail catcher.
// `node cmd/demo/main.ts elsewhere` keeps its data there instead of in .data.

/** Ctrl-C under npm arrives twice, from the terminal and from npm; only a later one means "at once". */
const sameSignalMs = 1_000

const ending = new Ending()
let askedAt = 0

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (askedAt === 0) {
      askedAt = Date.now()
      console.log('\nStopping: the notifier finishes what is on the wire.')
      void end(0)
    } else if (Date.now() - askedAt > sameSignalMs) ending.atOnce()
  })
}

void ending.broken.then((why) => {
  console.error(`\nTidings stopped: ${why}`)
  return end(1)
})

try {
  await startDemo(resolve(process.argv[2] ?? join(import.meta.dirname, '../../.data')), process.env, ending)
} catch (error) {
  // A start that was broken off by Ctrl-C fails in whatever it was doing; that is no news.
  if (askedAt === 0) ending.break(error instanceof Error ? error.message : String(error))
}

async function end(code: number) {
  await ending.stopEverything()
  process.exit(code)
}
