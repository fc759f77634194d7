import { Writable } from 'node:stream'
import Fastify from 'fastify'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import type { App } from '../deps.ts'
import { createRefusalLog, summaryEveryMs } from './refusal-log.ts'

afterEach(() => void vi.useRealTimers())

const forged = { provider: 'ses', outcome: 'forged', reason: 'its topic is none of ours' }

function desk() {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const lines: Record<string, unknown>[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      const { provider, outcome, reason, requests } = JSON.parse(String(chunk))
      lines.push({ provider, outcome, reason, requests })
      done()
    },
  })
  const app = Fastify({ logger: { level: 'warn', stream } }) as unknown as App
  onTestFinished(() => app.close())
  const tell = createRefusalLog(app)
  return { app, lines, tell, minute: () => vi.advanceTimersByTime(summaryEveryMs) }
}

test('a flood of forgeries is one line, and then one a minute that says how many', () => {
  const { lines, tell, minute } = desk()

  for (let n = 0; n < 10_000; n++) tell(forged)
  const atOnce = [...lines]
  minute()
  for (let n = 0; n < 5; n++) tell(forged)
  minute()

  expect(atOnce).toEqual([forged])
  expect(lines).toEqual([forged, { ...forged, requests: 9999 }, { ...forged, requests: 5 }])
})

test('each reason has a line of its own, and one that comes again after a quiet minute is told at once', () => {
  const { lines, tell, minute } = desk()
  const other = { ...forged, reason: 'its signature does not fit' }

  tell(forged)
  tell(other)
  minute()
  tell(forged)

  expect(lines).toEqual([forged, other, forged])
})

test('reasons that never end do not either', () => {
  const { lines, tell, minute } = desk()

  for (let n = 0; n < 1000; n++) tell({ ...forged, reason: `reason ${n}` })
  const atOnce = lines.length
  minute()
  tell(forged)

  expect([atOnce, lines.length]).toEqual([60, 61])
})

test('what is not told yet is told when the process stops', async () => {
  const { app, lines, tell } = desk()
  tell(forged)
  tell(forged)

  await app.close()

  expect(lines).toEqual([forged, { ...forged, requests: 1 }])
})
