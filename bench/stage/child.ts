import { fork, type ChildProcess, type ForkOptions } from 'node:child_process'
import { join } from 'node:path'
import { atEnd } from './ending.ts'

const root = join(import.meta.dirname, '../..')

/** Stops a child when its parent is gone, as it does for those of the demo. */
const leash = join(root, 'cmd/demo/leash.ts')

/** A run of a hundred thousand mails through the slowest contestant takes less; whoever takes longer hangs. */
const answerWithinMs = 180_000

export type Child = {
  pid: number
  /** Asks something, and waits for the one answer. */
  ask<T>(question: object): Promise<T>
  /** The next thing that it says of itself. */
  heard<T>(): Promise<T>
  stop(): Promise<void>
}

/** Forks a file, given from the repository's root. It ends when we do. */
export function startChild(file: string, args: string[] = [], options: ForkOptions = {}): Child {
  const child = fork(join(root, file), args, {
    cwd: root,
    ...options,
    execArgv: ['--import', leash, ...(options.execArgv ?? [])],
  })
  const heard = <T>() => nextWord<T>(child, file)
  const stop = () => stopChild(child)
  atEnd(stop)
  return {
    pid: child.pid!,
    heard,
    async ask<T>(question: object) {
      const answer = heard<T>()
      child.send(question)
      return answer
    },
    stop,
  }
}

function nextWord<T>(child: ChildProcess, file: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => settle(new Error(`${file} did not answer in time`)), answerWithinMs)
    const onExit = (code: number | null) => settle(new Error(`${file} ended with ${code}`))
    const onMessage = (message: unknown) => settle(undefined, message as T)
    child.once('exit', onExit)
    child.once('message', onMessage)

    function settle(error?: Error, message?: T) {
      clearTimeout(late)
      child.off('exit', onExit)
      child.off('message', onMessage)
      if (error) reject(error)
      else resolve(message as T)
    }
  })
}

/** Longer than a notifier waits for answers of its provider. */
const stopWithinMs = 30_000

function stopChild(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    const insist = setTimeout(() => child.kill('SIGKILL'), stopWithinMs)
    child.once('exit', () => {
      clearTimeout(insist)
      resolve()
    })
    child.kill('SIGTERM')
  })
}
