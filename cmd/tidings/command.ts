import type { AuditEntry } from '../../api/storage/audit.ts'
import type { Db } from '../../api/storage/database.ts'
import type { Environment } from '../environment.ts'

/** One thing that an operator can do. A new one is one file like this and a line in `commands.ts`. */
export type Command = {
  name: string
  /** What it does, in one line of the list of commands. */
  about: string
  /** What stands after the name, for people: `<messageId> [--status ...]`. */
  usage: string
  /** The words it needs, in order; one in square brackets may be missing. */
  words: readonly string[]
  options: Readonly<Record<string, Option>>
  examples: readonly string[]
  /** It changes something: it runs in one transaction, knows --dry-run, and leaves a row in the audit log. */
  writes: boolean
  /** What the process ends with when it fails, for a program that started it; 1 unless told. */
  failureCode?: number
  run(call: Call): Promise<Answer>
  /** What remains to be done once the transaction is committed; not called after a dry run. */
  afterwards?(call: Call, done: Done): Promise<Answer>
}

export type Option = {
  /** Without a value it is a flag. */
  value?: string
  about: string
}

export type Call = {
  db: Db
  words: readonly string[]
  options: Readonly<Record<string, string | boolean | undefined>>
  /** Who asks: the user of the operating system, and the machine. */
  by: string
  dryRun: boolean
  env: Environment
  now: Date
  /** What stands on standard input, as far as `bytesMax`; what is beyond is read and dropped, so that whoever writes is not cut off. */
  input(bytesMax: number): Promise<Buffer>
  /** A line for whoever waits; not part of the answer. */
  progress(line: string): void
  sleep(ms: number): Promise<void>
}

export type Done = {
  kind: 'done'
  /** What --json prints. Names of fields are never taken away or given another meaning. */
  data: object
  /** The same for people. */
  lines: readonly string[]
  /** What could be done is done, and some of it could not: the process says 1, so that no program throws away what is left. */
  incomplete?: boolean
  audit?: AuditEntry
}

export type Answer =
  | Done
  /** It can't be done as things are; one line that says what to do instead. */
  | { kind: 'refused'; problem: string }
  /** The command was not understood. */
  | { kind: 'misunderstood'; problem: string }

export const refused = (problem: string): Answer => ({ kind: 'refused', problem })
export const misunderstood = (problem: string): Answer => ({ kind: 'misunderstood', problem })

/** Read an option that is text. */
export function textOf({ options }: Call, name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}
