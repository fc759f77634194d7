import { setTimeout as sleep } from 'node:timers/promises'
import type { Mail } from '../../domain/mail.ts'
import type { SendResult } from '../../domain/send-result.ts'
import type { Transport } from '../../providers/provider.ts'
import type { AppDeps } from '../deps.ts'
import { writeMail, type Addressee, type Letter } from './write.ts'

/** Somebody waits at the screen: after two more tries within ten seconds it is better to ask again. */
const triesMax = 3
const pauseMsMax = 5_000

/** Sends in the background: the answer to the request must not tell by its time whether an address has an account. */
export function createPostman({ provider, config, logger }: Pick<AppDeps, 'provider' | 'config' | 'logger'>) {
  return (to: Addressee, letter: Letter): void => {
    void deliver(provider.open, writeMail(config.from, to, letter)).catch((error: unknown) => {
      if (logger) logger.error({ err: error, subject: letter.subject }, 'account mail was not sent')
    })
  }
}

async function deliver(open: () => Transport, mail: Mail): Promise<void> {
  const transport = open()
  try {
    for (let attempt = 1; ; attempt++) {
      const result = await sendOnce(transport, mail)
      if (result.kind === 'accepted') return
      const isWorthAnother = 'afterMs' in result && attempt < triesMax
      if (!isWorthAnother) throw new Error(`${result.kind}: ${result.reason}`)
      await sleep(Math.min(result.afterMs, pauseMsMax))
    }
  } finally {
    await transport.close()
  }
}

async function sendOnce(transport: Transport, mail: Mail): Promise<SendResult> {
  const line = await transport.line()
  if (line.kind === 'noLine') return line.result
  try {
    const [result] = await line.send([mail])
    return result!
  } finally {
    line.release()
  }
}
