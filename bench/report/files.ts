import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Report } from '../bench.ts'
import type { Circumstances } from '../measure/machine.ts'
import type { Settings } from '../settings.ts'

export type SavedReport = Circumstances & Report & { settings: Settings }

/** Not committed: RESULTS.md holds what is in them. */
const directory = join(import.meta.dirname, '../reports')

export async function saveReport(bench: string, report: SavedReport) {
  await mkdir(directory, { recursive: true })
  await writeFile(join(directory, `${bench}.json`), `${JSON.stringify(report, null, 2)}\n`)
}

/** The last report of a benchmark on this machine; undefined when it has not run. */
export async function readReport(bench: string): Promise<SavedReport | undefined> {
  try {
    return JSON.parse(await readFile(join(directory, `${bench}.json`), 'utf8')) as SavedReport
  } catch {
    return undefined
  }
}
