import { pino, type Logger } from 'pino'

/** Lines that wait for a disk with room, in bytes; what comes on top is lost. A service that kept them all would die of its log. */
const unwrittenMax = 1_000_000

/**
 * JSON lines on stdout; on a developer's terminal the same in colours. A log that cannot be written (a full disk, a reader that went away)
 * is lost, and said once on stderr: mails are worth more than lines about them.
 */
export function createLogger(name: string, env: { LOG_LEVEL: string; NODE_ENV: string }): Logger {
  const isPretty = env.NODE_ENV !== 'production' && process.stdout.isTTY
  const options = { level: env.LOG_LEVEL, base: { process: name } }
  return isPretty ? pino({ ...options, transport: { target: 'pino-pretty' } }) : pino(options, standardOutput())
}

/** Pino's own default waits until there is room, and the whole process with it. */
function standardOutput() {
  const output = pino.destination({ dest: 1, sync: true, maxLength: unwrittenMax })
  let isTold = false
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (isTold) return
    isTold = true
    process.stderr.write(`Log lines are being lost: ${error.message}\n`)
  })
  return output
}
