import { join } from 'node:path'
import { migrateDown, migrateUp, migrationStatus, type MigrationStep } from '../../api/storage/migrate.ts'
import { failureInWords } from './failure.ts'
import { statusTable } from './table.ts'

const migrations = join(import.meta.dirname, '../../db/migrations')

const usage = `Usage: node cmd/migrate/main.ts [up | down [--all] | status]
  up       apply every migration that the database lacks (the default)
  down     take back the newest one; with --all every one, and their data with them
  status   show which are applied`

type Output = { log: (line: string) => void; error: (line: string) => void }
type Command = (url: string, flags: { all: boolean }, output: Output) => Promise<void>

const commands: Record<string, Command> = {
  up: async (url, _flags, { log }) => log(inWords('Applied', await migrateUp(url, migrations))),
  down: async (url, flags, { log }) => log(inWords('Took back', await migrateDown(url, migrations, flags))),
  status: async (url, _flags, { log }) => log(statusTable(await migrationStatus(url, migrations))),
}

/** Runs one command and answers the exit code: 0 done, 1 failed, 2 not understood. Every failure is one line on `error`. */
export async function runMigrate(
  args: string[],
  environment: Record<string, string | undefined>,
  output: Output,
): Promise<number> {
  const { name, all, strange } = readArguments(args)
  const command = commands[name]
  if (!command || strange) {
    output.error(strange ? `"${strange}" is not understood.\n${usage}` : `There is no command "${name}".\n${usage}`)
    return 2
  }
  const url = environment.DATABASE_URL
  if (!url || !isPostgresUrl(url)) {
    output.error(urlMissing(url))
    return 1
  }
  try {
    await command(url, { all }, output)
    return 0
  } catch (error) {
    output.error(failureInWords(error, url))
    return 1
  }
}

function readArguments(args: string[]) {
  const names = args.filter((argument) => !argument.startsWith('-'))
  const name = names[0] ?? 'up'
  const all = args.includes('--all')
  const strange =
    names[1] ??
    args.find((argument) => argument.startsWith('-') && argument !== '--all') ??
    (all && name !== 'down' ? '--all' : undefined)
  return { name, all, strange }
}

function isPostgresUrl(text: string) {
  return URL.canParse(text) && ['postgres:', 'postgresql:'].includes(new URL(text).protocol)
}

function urlMissing(url: string | undefined) {
  const problem = url ? 'DATABASE_URL is not a PostgreSQL address' : 'DATABASE_URL is not set'
  return `${problem}. Set it to postgres://user:password@host:5432/database.`
}

function inWords(verb: string, steps: MigrationStep[]) {
  if (steps.length === 0) return 'Nothing to do.'
  const count = steps.length === 1 ? '1 migration' : `${steps.length} migrations`
  return `${verb} ${count}: ${steps.map((step) => step.name).join(', ')}.`
}
