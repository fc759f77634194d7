import { benches } from './benches.ts'
import { circumstances } from './measure/machine.ts'
import { writeResults } from './results.ts'
import { printReport } from './report/print.ts'
import { saveReport } from './report/files.ts'
import { runAll } from './run-all.ts'
import { readSettings } from './settings.ts'
import { endEverything, endOnSignals } from './stage/ending.ts'

// `node bench/main.ts <name>`: one benchmark, its table and its file in bench/reports. `all`: one after the other. `results`: RESULTS.md.

endOnSignals()
const [name = 'all'] = process.argv.slice(2)
const bench = benches.find((each) => each.name === name)

if (name === 'all') process.exitCode = await runAll()
else if (name === 'results') await writeResults()
else if (!bench)
  throw new Error(`There is no benchmark "${name}", but: all, results, ${benches.map((each) => each.name).join(', ')}`)
else {
  const where = circumstances()
  console.log(
    `${bench.name}: ${bench.about}\n${where.at}  Node ${where.node}  ${where.cores} cores  load ${where.load}\n`,
  )
  try {
    const settings = readSettings(process.env)
    const report = await bench.run(settings)
    printReport(report)
    await saveReport(bench.name, { ...where, settings, ...report })
  } finally {
    await endEverything()
  }
}
