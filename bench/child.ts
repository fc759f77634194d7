import { fork, type ChildProcess, type ForkOptions } from 'node:child_process'

/** The next message of a child process. Rejects when the child ends instead. */
export function answerOf<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const gone = (code: number | null) => reject(new Error(`a child of the benchmark ended with ${code}`))
    child.once('exit', gone)
    child.once('message', (message) => {
      child.off('exit', gone)
      resolve(message as T)
    })
  })
}

export async function startChild<T>(file: string, args: string[] = [], options: ForkOptions = {}) {
  const child = fork(new URL(file, import.meta.url), args, options)
  return { child, hello: await answerOf<T>(child) }
}

export async function ask<T>(child: ChildProcess, word: string): Promise<T> {
  const answer = answerOf<T>(child)
  child.send(word)
  return answer
}

export function stopChild(child: ChildProcess) {
  return new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}
