import { runMigrate } from './run.ts'

// The operator's command: `node cmd/migrate/main.ts [up|down|status]`. Replicas may start it at the same time; one works, the rest wait.

process.exitCode = await runMigrate(process.argv.slice(2), process.env, console)
