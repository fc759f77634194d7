import type { Command } from './command.ts'

const exitCodes = 'Exit codes: 0 done · 1 refused, not found, failed or not all done · 2 not understood'

const environment = `DATABASE_URL names the database, as for the notifier. "tidings" stands for node cmd/tidings/main.ts;
with Compose: docker compose run --rm notifier node cmd/tidings/main.ts <command>`

/** All commands, a line each. */
export function usage(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  return [
    'Usage: tidings <command> [options]',
    '',
    ...commands.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`),
    '',
    'Every command: --help, and --json for machines. Those that write: --dry-run.',
    exitCodes,
    environment,
  ].join('\n')
}

export function helpOf({ name, about, usage: after, options, examples, writes }: Command): string {
  const rows: [string, string][] = [
    ...Object.entries(options).map(([option, { value, about: what }]): [string, string] => [
      `--${option}${value === undefined ? '' : ` <${value}>`}`,
      what,
    ]),
    ...(writes ? ([['--dry-run', 'say what would be done, and do nothing']] as [string, string][]) : []),
    ['--json', 'one JSON document instead of lines'],
  ]
  const width = Math.max(...rows.map(([left]) => left.length))
  return [
    `Usage: tidings ${name}${after === '' ? '' : ` ${after}`}${writes ? ' [--dry-run]' : ''} [--json]`,
    '',
    about,
    '',
    ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`),
    '',
    'Examples:',
    ...examples.map((example) => `  tidings ${example}`),
    '',
    exitCodes,
  ].join('\n')
}
