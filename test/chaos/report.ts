import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tableOf } from '../text-table.ts'

// Each storm leaves its figures in a file, and all of them are printed when the last one is over.

const folder = 'test-results/chaos/figures'

export type Figures = Record<string, string | number>

/** Writes down one line of a table. `table` is its title. */
export function report(table: string, line: Figures) {
  mkdirSync(folder, { recursive: true })
  const name = `${Date.now()}-${process.hrtime.bigint()}.json`
  writeFileSync(join(folder, name), JSON.stringify({ table, line }))
}

/** Vitest calls it once before all tests of the project, and what it answers once after them. */
export default function setup() {
  rmSync(folder, { recursive: true, force: true })
  return printAll
}

function printAll() {
  let files: string[] = []
  try {
    files = readdirSync(folder).sort()
  } catch {
    return
  }
  const lines = files.map(
    (file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as { table: string; line: Figures },
  )
  for (const [title, group] of Map.groupBy(lines, ({ table }) => table)) {
    console.log(`\n${title}\n${inColumns(group.map(({ line }) => line))}`)
  }
}

/** A table as people read it: names above, columns as wide as their widest word. */
function inColumns(lines: Figures[]): string {
  const names = [...new Set(lines.flatMap(Object.keys))]
  const cells = [names, ...lines.map((line) => names.map((name) => String(line[name] ?? '')))]
  return tableOf(cells)
}
