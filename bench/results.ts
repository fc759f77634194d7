import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { benches } from './benches.ts'
import type { Bench } from './bench.ts'
import { figureColumns, figureRow } from './report/print.ts'
import { readReport, type SavedReport } from './report/files.ts'

const file = join(import.meta.dirname, 'RESULTS.md')

const head = `# Results

Written by \`npm --prefix bench run results\` from the last run of each benchmark on one machine. How they are measured, and with which settings
of the peers, says [README.md](README.md). Sender, PostgreSQL, Redis and sink share the cores of that machine, so absolute figures are worth
little; **ratios within a round and CPU time per mail** are the result.
`

/** Writes RESULTS.md from the saved reports. What was not measured on this machine keeps its section, with the date that stands in it. */
export async function writeResults() {
  const sections: string[] = []
  const before = await readSections()
  for (const bench of benches) {
    const report = await readReport(bench.name)
    sections.push(report ? sectionOf(bench, report) : (before.get(bench.name) ?? unmeasured(bench)))
  }
  await writeFile(file, [head, ...sections].join('\n'))
  console.log(`\nWritten: ${file}`)
}

/** Sections of the file as it is, by the name in their heading. */
async function readSections(): Promise<Map<string, string>> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const sections = text.split(/^(?=## )/m).slice(1)
  return new Map(sections.map((section) => [section.slice(3, section.indexOf('\n')), `${section.trimEnd()}\n`]))
}

function unmeasured({ name, about }: Bench): string {
  return `## ${name}\n\n${about}\n\nNot measured yet.\n`
}

function sectionOf({ name, about }: Bench, report: SavedReport): string {
  const { figures, tables, notes = [], plans = [] } = report
  const parts = [
    `## ${name}\n\n${about}\n\n${stampOf(report)}`,
    ...(figures.length > 0 ? [table(figureColumns, figures.map(figureRow))] : []),
    ...tables.map(({ title, columns, rows }) => `${title}\n\n${table(columns, rows)}`),
    ...plans.map(({ title, lines }) => folded(title, lines)),
    ...(notes.length > 0 ? [notes.map((note) => `- ${note}`).join('\n')] : []),
  ]
  return `${parts.join('\n\n')}\n`
}

/** Above this share of the cores others take so much that rates and waits say more about them than about us. */
const busyShare = 0.5

function stampOf({ at, commit, machine, node, postgres, settings, load, cores }: SavedReport) {
  const when = `${at.slice(0, 16).replace('T', ' ')} UTC, commit ${commit}`
  const sizes = Object.entries(settings)
    .filter(([key]) => key !== 'who')
    .map(([key, value]) => `${key} ${value}`)
  const stamp = `*${when}; ${machine}; Node ${node}, PostgreSQL ${postgres}; ${sizes.join(', ')}.*`
  if (load / cores <= busyShare) return stamp
  return `${stamp}\n\n**The machine was busy with other work (load ${load} on ${cores} cores).** Only CPU time and log per mail are to be trusted here.`
}

/** A plan is long, and few will read it. */
function folded(title: string, lines: string[]): string {
  return `<details><summary>${title}</summary>\n\n\`\`\`\n${lines.join('\n')}\n\`\`\`\n\n</details>`
}

function table(columns: string[], rows: (string | number)[][]): string {
  const line = (cells: (string | number)[]) => `| ${cells.join(' | ')} |`
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n')
}
