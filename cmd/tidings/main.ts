import { runTidings } from './run.ts'

// The operator's tools: `node cmd/tidings/main.ts <command>`. `--help` lists them; docs/operating.md says when to use which.

process.exitCode = await runTidings(process.argv.slice(2), process.env, console)
