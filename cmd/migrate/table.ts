import type { MigrationStatus } from '../../api/storage/migrate.ts'

/** One row per known migration, and below it how many are still to come. */
export function statusTable(steps: MigrationStatus[]): string {
  const width = Math.max('Migration'.length, ...steps.map((step) => step.name.length))
  const row = (name: string, applied: string) => `${name.padEnd(width)}  ${applied}`
  const waiting = steps.filter((step) => !step.executedAt).length
  return [
    row('Migration', 'Applied'),
    row('-'.repeat(width), '-'.repeat('2027-03-14 18:00:00 UTC'.length)),
    ...steps.map((step) => row(step.name, step.executedAt ? instant(step.executedAt) : 'not yet')),
    '',
    waiting === 0 ? 'The database is up to date.' : `${waiting} to apply: node cmd/migrate/main.ts up`,
  ].join('\n')
}

function instant(date: Date) {
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
