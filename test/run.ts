import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { buildWebIfOld } from '../cmd/demo/web-build.ts'
import { chromiumPath } from './chromium.ts'
import { readSummary } from './summary.ts'

// `npm test`: every project of vitest.config.ts. What is written behind `--` goes to vitest: npm test -- api/domain

const report = 'test-results/vitest.json'

/** Two on the smallest machine; more than eight would only wait for the one PostgreSQL that they share. */
const workersMax = Math.max(2, Math.min(8, availableParallelism() - 1))

mkdirSync('test-results', { recursive: true })
rmSync(report, { force: true })

const chromium = chromiumPath()
if (chromium) await buildWebIfOld(console.log)
else sayLoudly('THE BROWSER TESTS (e2e) ARE SKIPPED: there is no Chromium here. Install it, or set CHROMIUM_PATH.')

const vitest = spawn(
  process.execPath,
  [
    ...['node_modules/vitest/vitest.mjs', 'run', `--maxWorkers=${workersMax}`],
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    ...(chromium ? [] : ['--project=!e2e']),
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
)
const [code, signal] = (await once(vitest, 'exit')) as [number | null, string | null]

if (!chromium) sayLoudly('THE BROWSER TESTS (e2e) WERE SKIPPED: there is no Chromium here.')
process.exitCode = closeWith(code ?? 1, signal)

/** The last lines name what failed and end with a plain sum, true to the report. The code is vitest’s own, and never 0 when nothing ran. */
function closeWith(exitCode: number, endedBy: string | null): number {
  if (endedBy) {
    console.error(`The tests were ended by ${endedBy}.`)
    return 1
  }
  const { passed, failed, skipped, failures } = readSummary(report)
  for (const failure of failures) console.log(`FAILED ${failure}`)
  if (exitCode !== 0 && failed === 0) console.error('No test failed, but vitest did: see its errors above.')
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
  return exitCode === 0 && (failed > 0 || passed === 0) ? 1 : exitCode
}

function sayLoudly(words: string) {
  const line = '!'.repeat(words.length + 8)
  console.warn(`\n${line}\n!!  ${words}  !!\n${line}\n`)
}
