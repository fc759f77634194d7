import { readFileSync } from 'node:fs'

type Report = {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: { status: string; assertionResults: unknown[] }[]
}

/** What vitest's JSON reporter wrote, in one sum. A file that could not even be loaded counts as one failure. */
export function readSummary(file: string) {
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report
  const unloadable = report.testResults.filter((f) => f.status === 'failed' && f.assertionResults.length === 0).length
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloadable,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}
