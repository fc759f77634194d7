import { pino, type Logger } from 'pino'

/** JSON lines on stdout; on a developer's terminal the same in colours. */
export function createLogger(name: string, env: { LOG_LEVEL: string; NODE_ENV: string }): Logger {
  const isPretty = env.NODE_ENV !== 'production' && process.stdout.isTTY
  return pino({
    level: env.LOG_LEVEL,
    base: { process: name },
    ...(isPretty ? { transport: { target: 'pino-pretty' } } : {}),
  })
}
