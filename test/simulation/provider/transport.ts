import type { Mail } from '../../../api/domain/mail.ts'
import type { SendResult } from '../../../api/domain/send-result.ts'
import { closedTransport, type Line, type Transport } from '../../../api/providers/provider.ts'
import type { Random } from '../time/random.ts'
import type { SimProcess } from '../time/process.ts'
import type { PostOffice } from './post-office.ts'

export type Wiring = {
  process: SimProcess
  office: PostOffice
  random: Random
  linesMax: number
  /** What the provider allows, if it says so. */
  callsPerSecond: number | undefined
  /** Hears what a sender hears, at the moment when it hears it. */
  onAnswer: (process: string, results: readonly SendResult[]) => void
  /** Hears when a call begins, long before its bytes leave. */
  onCall: (process: string) => void
}

/** Before this nothing has left, and a call can be broken off. */
const bytesLeaveMs = { min: 0.2, max: 12 }
const connectMs = { min: 1, max: 30 }
const busyForMs = { min: 500, max: 3000 }

const brokenOff: SendResult = { kind: 'tryLater', reason: 'broken off before the last byte', afterMs: 0 }

/**
 * A process's transport to the provider of the run. What the process does takes its own time, so that it can be killed or frozen between
 * "now" and the last byte, and between the provider's answer and the moment when it reads it.
 */
export function transportOf({
  process,
  office,
  random,
  linesMax,
  callsPerSecond,
  onAnswer,
  onCall,
}: Wiring): Transport {
  const { key, batchMax, deduplicates } = office.vendor
  let free = linesMax
  let isClosed = false
  const waiting: (() => void)[] = []

  async function line(): ReturnType<Transport['line']> {
    if (free === 0 && !isClosed) await new Promise<void>((resolve) => waiting.push(resolve))
    if (isClosed) return closedTransport
    free--
    await new Promise<void>((resolve) =>
      process.after(random.between(connectMs.min, connectMs.max), 'connects', resolve),
    )
    if (!office.isBusy()) return openLine()
    release()
    const afterMs = random.between(busyForMs.min, busyForMs.max)
    return { kind: 'noLine', result: { kind: 'tryLater', reason: 'the provider does not answer', afterMs } }
  }

  function release() {
    free++
    waiting.shift()?.()
  }

  function openLine(): Line {
    const open = new Set<() => void>()

    function send(mails: readonly Mail[], batchKey?: string): Promise<SendResult[]> {
      onCall(process.name)
      return new Promise((resolve) => {
        const breakOff = () => {
          open.delete(breakOff)
          resolve(mails.map(() => brokenOff))
        }
        open.add(breakOff)
        process.after(random.between(bytesLeaveMs.min, bytesLeaveMs.max), `speaks to ${key}`, () => {
          // Broken off meanwhile.
          if (!open.delete(breakOff)) return
          const call = { process: process.name, mails, key: batchKey ?? mails[0]!.idempotencyKey }
          const { results, afterMs } = office.receive(call)
          process.after(afterMs, `hears from ${key}`, () => {
            onAnswer(process.name, results)
            resolve(results)
          })
        })
      })
    }

    return { kind: 'line', send, breakOff: () => open.forEach((breakOff) => breakOff()), release }
  }

  return {
    provider: key,
    account: `${key}:simulated`,
    ...{ batchMax, deduplicates, linesMax, line },
    verify: async () => 'ok',
    pace: () => ({ callsPerSecond }),
    async close() {
      isClosed = true
      for (const go of waiting.splice(0)) go()
    },
  }
}
