import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { benches } from './benches.ts'
import type { Bench } from './bench.ts'
import { atEnd, endEverything } from './stage/ending.ts'
import { writeResults } from './results.ts'

/** To stop its processes and remove its directories; a notifier may wait 25 seconds for answers. */
const tidyUpWithinMs = 40_000

/**
 * Runs one benchmark after the other, each in a process of its own with a time limit, and then writes RESULTS.md. One that fails keeps
 * none of the others from running. Answers the exit code.
 */
export async function runAll(): Promise<number> {
  const failed: string[] = []
  for (const bench of benches) if (!(await runInProcess(bench))) failed.push(bench.name)
  await writeResults()
  if (failed.length > 0) console.error(`\nFailed: ${failed.join(', ')}. RESULTS.md says so or holds an older report.`)
  return failed.length === 0 ? 0 : 1
}

async function runInProcess({ name, minutesMax }: Bench): Promise<boolean> {
  console.log(`\n== ${name}`)
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), name], { stdio: 'inherit' })
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>
  const stop = async () => {
    child.kill('SIGTERM')
    const insist = setTimeout(() => child.kill('SIGKILL'), tidyUpWithinMs)
    await ended
    clearTimeout(insist)
  }
  const late = setTimeout(() => void stop(), minutesMax * 60_000)
  atEnd(stop)
  const [code] = await ended
  clearTimeout(late)
  await endEverything()
  return code === 0
}
