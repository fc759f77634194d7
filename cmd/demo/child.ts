import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join, resolve as resolvePath } from 'node:path'
import { createInterface } from 'node:readline'
import { LastWords, readyLine, type LogLine } from './log-line.ts'

/** A cold start on a busy laptop took four seconds at most; after this something is wrong. */
const readyWithinMs = 60_000

/** The notifier takes up to 25 seconds for what is on the wire. */
const stopWithinMs = 35_000

export type ChildOptions = {
  name: string
  /** Path from the repository's root. */
  script: string
  args?: string[]
  env: NodeJS.ProcessEnv
  logFile: string
}

export type Child = {
  name: string
  pid: number
  /** The JSON line with which the process says that it is up. Rejects with its last words when it ends before. */
  ready: Promise<LogLine>
  /** Why it ended, in words. */
  ended: Promise<string>
  /** Asks it to stop, and insists after a while. */
  stop: () => Promise<void>
  kill: (signal: NodeJS.Signals) => void
}

const root = join(import.meta.dirname, '../..')

/**
 * Starts one of our processes. It is detached, so that Ctrl-C in the terminal reaches the parent alone, who stops the children in
 * order; and leashed, so that it ends when its parent is killed.
 */
export function startChild({ name, script, args = [], env, logFile }: ChildOptions): Child {
  const leash = join(root, 'cmd/demo/leash.ts')
  const child = fork(resolvePath(root, script), args, {
    cwd: root,
    env,
    execArgv: ['--import', leash],
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const log = createWriteStream(logFile)
  const lastWords = new LastWords()
  const ended = once(child, 'close').then(([code, signal]) => {
    log.end()
    return lastWords.orElse(signal ? `it was ended by ${signal}` : `it ended with exit code ${code}`)
  })
  const ready = new Promise<LogLine>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${name} was not ready in a minute; see ${logFile}`)), readyWithinMs)
    void ended.then((why) => reject(new Error(`${name}: ${why}`))).finally(() => clearTimeout(late))
    for (const stream of [child.stdout!, child.stderr!]) {
      createInterface(stream).on('line', (line) => {
        log.write(`${line}\n`)
        lastWords.hear(line)
        const up = readyLine(line)
        if (!up) return
        clearTimeout(late)
        resolve(up)
      })
    }
  })
  // Whoever only awaits `ended` must not be hit by an unhandled rejection.
  ready.catch(() => {})
  const stop = async () => {
    child.kill('SIGTERM')
    const insist = setTimeout(() => child.kill('SIGKILL'), stopWithinMs)
    await ended
    clearTimeout(insist)
  }
  return { name, pid: child.pid ?? 0, ready, ended, stop, kill: (signal) => void child.kill(signal) }
}
