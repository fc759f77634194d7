import { Counter, Histogram, type Registry } from 'prom-client'
import { counters, recordedWords, type Meter } from './meter.ts'

/** From the least that a commit takes to what a database in trouble takes. */
const pageSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5]
/** A call may take up to the ten minutes that SMTP allows. */
const callSeconds = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60, 600]
const rowsOfOne = [1, 2, 5, 10, 20, 50, 100, 200, 500]

/** The engine's counters for Prometheus. Each is there from the start, for a counter that appears with its first value has no rate. */
export function createMeter(registry: Registry): Meter {
  const registers = [registry]
  const byName = Object.fromEntries(
    Object.entries(counters).map(([name, help]) => [
      name,
      new Counter({ name: `tidings_${name}_total`, help, registers }),
    ]),
  )
  const recorded = new Counter({
    name: 'tidings_recorded_total',
    help: 'Outcomes written, by what the row became',
    labelNames: ['outcome'],
    registers,
  })
  for (const outcome of recordedWords) recorded.inc({ outcome }, 0)
  const pages = new Histogram({
    name: 'tidings_page_seconds',
    help: 'Time of one page of the ledger: outcomes written and rows marked as wired',
    buckets: pageSeconds,
    registers,
  })
  const rowsIn = new Histogram({
    name: 'tidings_page_rows',
    help: 'Rows of one page of the ledger',
    labelNames: ['what'],
    buckets: rowsOfOne,
    registers,
  })
  const answers = new Counter({
    name: 'tidings_provider_answers_total',
    help: 'Mails handed over, by what the provider answered',
    labelNames: ['answer'],
    registers,
  })
  const calls = new Histogram({
    name: 'tidings_provider_call_seconds',
    help: 'Time of one call to the provider',
    buckets: callSeconds,
    registers,
  })
  return {
    add: (counter, by = 1) => byName[counter]!.inc(by),
    page(written, marked, ms) {
      pages.observe(ms / 1000)
      if (written > 0) rowsIn.labels('record').observe(written)
      if (marked > 0) rowsIn.labels('mark').observe(marked)
    },
    recorded(words) {
      for (const outcome of words) recorded.labels(outcome).inc()
    },
    answered(results, ms) {
      calls.observe(ms / 1000)
      for (const { kind } of results) answers.labels(kind).inc()
    },
  }
}
