import { cpus } from 'node:os'
import { benchRequests } from './requests.ts'
import { benchSending } from './send.ts'
import { median, startStage } from './stage.ts'

// `npm run bench`: prints tables. Absolute figures say something about this machine, ratios about the code.

const stage = await startStage()
try {
  console.log(`${new Date().toISOString()}  Node ${process.version}  ${cpus().length} cores (${cpus()[0]?.model})\n`)
  const requests = await benchRequests(stage)
  console.table(requests.map(({ what, ms, limitMs }) => ({ what, 'ms (median)': ms, 'limit ms': limitMs })))
  const { rows, ratio, ratios } = await benchSending(stage)
  console.table(
    rows.map(([what, perSecond, cpu]) => ({
      what,
      'mails/s (median)': Math.round(median(perSecond)),
      rounds: perSecond.map(Math.round).join(' '),
      'CPU us per mail': Math.round(median(cpu)),
    })),
  )
  console.log(`ratio notifier / pool: ${ratio.toFixed(2)} (rounds ${ratios.map((each) => each.toFixed(2)).join(' ')})`)
} finally {
  await stage.stop()
}
