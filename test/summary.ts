import { readFileSync } from 'node:fs'
import { relative } from 'node:path'

type Assertion = { fullName: string; status: string; failureMessages: string[] }

type Report = {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: { name: string; status: string; message: string; assertionResults: Assertion[] }[]
}

/** What vitest's JSON reporter wrote, in one sum. A file that could not even be loaded counts as one failure. */
export function readSummary(file: string) {
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report
  const failures = report.testResults.flatMap(failuresOf)
  const unloadable = report.testResults.filter(isUnloadable).length
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloadable,
    skipped: report.numPendingTests + report.numTodoTests,
    failures,
  }
}

/** One line per failure: file, test, and the first line of what it said. */
function failuresOf(file: Report['testResults'][number]): string[] {
  const path = relative(process.cwd(), file.name)
  if (isUnloadable(file)) return [`${path}: ${firstLineOf(file.message)}`]
  return file.assertionResults
    .filter(({ status }) => status === 'failed')
    .map(({ fullName, failureMessages }) => `${path} > ${fullName}: ${firstLineOf(failureMessages[0] ?? '')}`)
}

const isUnloadable = ({ status, assertionResults }: Report['testResults'][number]) =>
  status === 'failed' && assertionResults.length === 0

const firstLineOf = (words: string) => words.split('\n', 1)[0]!.slice(0, 300)
