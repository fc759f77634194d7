import { hostname, userInfo } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { ConfigurationError } from '../../api/providers/provider.ts'
import { openDatabase } from '../../api/storage/database.ts'
import { databaseFailure, firstCause } from '../database-failure.ts'
import { readEnvironment, type Environment } from '../environment.ts'
import { shared } from '../environment/shared.ts'
import type { Answer, Call, Command } from './command.ts'
import { commands } from './commands.ts'
import { helpOf, usage } from './help.ts'
import { perform } from './perform.ts'

/** An operator does one thing at a time; looking while waiting takes a second connection. */
const connectionsMax = 2

const exitCodes: Record<Answer['kind'], number> = { done: 0, refused: 1, misunderstood: 2 }

type Output = { log: (line: string) => void; error: (line: string) => void }
type Asked = { command: Command; json: boolean } & Pick<Call, 'words' | 'options' | 'dryRun'>

/** Runs one command and answers the exit code: 0 done, 1 refused, failed or not all done, 2 not understood. What is wrong is one line on `error`. */
export async function runTidings(
  args: readonly string[],
  env: Environment,
  output: Output,
  stdin: AsyncIterable<Buffer> = process.stdin,
): Promise<number> {
  const name = args[0]
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    output.log(usage(commands))
    return name === undefined ? 2 : 0
  }
  const command = commands.find((each) => each.name === name)
  if (!command) {
    output.error(`There is no command "${name}". See them all: tidings --help`)
    return 2
  }
  if (args.includes('--help') || args.includes('-h')) {
    output.log(helpOf(command))
    return 0
  }
  const asked = readArguments(command, args.slice(1))
  if ('problem' in asked) {
    output.error(`${asked.problem} See: tidings ${command.name} --help`)
    return 2
  }
  return answer(asked, { env, output, stdin })
}

type Around = { env: Environment; output: Output; stdin: AsyncIterable<Buffer> }

async function answer(asked: Asked, around: Around): Promise<number> {
  const { env, output } = around
  let url = ''
  try {
    url = readEnvironment(env, { DATABASE_URL: shared.DATABASE_URL }).DATABASE_URL
    const given = await withDatabase(url, asked, around)
    if (given.kind !== 'done') output.error(given.problem)
    else if (asked.json) output.log(JSON.stringify({ ...given.data, ...(asked.dryRun && { dryRun: true }) }, null, 2))
    else
      for (const line of [...(asked.dryRun ? ['Dry run; nothing was changed:'] : []), ...given.lines]) output.log(line)
    return given.kind === 'done' && given.incomplete ? exitCodes.refused : exitCodes[given.kind]
  } catch (error) {
    output.error(failureInWords(error, url))
    return asked.command.failureCode ?? exitCodes.refused
  }
}

async function withDatabase(url: string, asked: Asked, { env, output, stdin }: Around) {
  // A transaction that PostgreSQL undoes is begun again; what stood on standard input cannot be read twice.
  let input: Promise<Buffer> | undefined
  const database = openDatabase({ connectionString: url, connectionsMax, applicationName: 'tidings-operator' })
  try {
    return await perform(asked.command, {
      ...{ db: database.db, words: asked.words, options: asked.options, dryRun: asked.dryRun },
      ...{ by: `${userName()}@${hostname()}`, env, now: new Date() },
      input: (bytesMax) => (input ??= readAll(stdin, bytesMax)),
      // Beside the answer, so that --json stays one document.
      progress: (line) => output.error(line),
      sleep: (ms) => sleep(ms),
    })
  } finally {
    await database.close()
  }
}

async function readAll(stdin: AsyncIterable<Buffer>, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stdin) {
    if (bytes < bytesMax) chunks.push(chunk)
    bytes += chunk.length
  }
  return Buffer.concat(chunks).subarray(0, bytesMax)
}

/** A container may run as a user that has only a number. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.() ?? 'somebody')
  }
}

function readArguments(command: Command, args: readonly string[]): Asked | { problem: string } {
  try {
    const parsed = parseArgs({ args: [...args], options: optionsOf(command), allowPositionals: true, strict: true })
    const words = parsed.positionals
    const missing = command.words.filter((word) => !word.startsWith('['))[words.length]
    if (missing) return { problem: `${missing} is missing.` }
    const strange = words[command.words.length]
    if (strange !== undefined) return { problem: `"${strange}" is not understood.` }
    const { json, 'dry-run': dryRun, ...options } = parsed.values
    return { command, json: json === true, dryRun: dryRun === true, words, options: options as Call['options'] }
  } catch (error) {
    // parseArgs says which option it is, in its first sentence.
    return { problem: `${firstCause(error).message.split('. ')[0]!.replace(/\.$/, '')}.` }
  }
}

function optionsOf({ options, writes }: Command): ParseArgsOptionsConfig {
  const own = Object.entries(options).map(([name, { value }]): [string, { type: 'boolean' | 'string' }] => [
    name,
    { type: value === undefined ? 'boolean' : 'string' },
  ])
  return { ...Object.fromEntries(own), json: { type: 'boolean' }, ...(writes && { 'dry-run': { type: 'boolean' } }) }
}

const tableMissing = '42P01'

function failureInWords(error: unknown, url: string): string {
  if (error instanceof ConfigurationError) return error.message
  if (firstCause(error).code === tableMissing) return 'This database is not up to date: node cmd/migrate/main.ts up'
  return databaseFailure(error, url) ?? `It failed, and nothing was changed: ${firstCause(error).message}`
}
