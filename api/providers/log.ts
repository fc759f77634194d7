import type { Mail } from '../domain/mail.ts'
import { oneMail } from './one-mail.ts'
import { Places } from './places.ts'
import { closedTransport, type Log, type Provider, type Transport } from './provider.ts'

/** A log is one stream; there is nothing to gain from more. */
const linesMax = 4

/** Writes a line for each mail instead of sending it, so that Tidings can be tried before anything is set up. */
export const log: Provider<Record<string, never>> = {
  key: 'log',
  label: 'Log (mails are not sent)',
  because: 'neither RESEND_API_KEY nor SMTP_URL nor the AWS variables are set',
  configure: () => ({}),
  account: () => 'log',
  open: (_config, write) => openLog(write),
}

function openLog(write: Log): Transport {
  const places = new Places(linesMax)
  return {
    provider: 'log',
    account: log.account({}),
    batchMax: 1,
    linesMax,
    // There is nobody who could get it twice.
    deduplicates: true,
    verify: async () => 'ok',
    close: () => places.close(),
    async line() {
      if (!(await places.take())) return closedTransport
      return {
        kind: 'line',
        send: async (mails) => [writeDown(write, oneMail(mails))],
        breakOff: () => undefined,
        release: () => places.giveBack(),
      }
    },
  }
}

function writeDown(write: Log, mail: Mail) {
  const providerMessageId = `log-${mail.deliveryTag}`
  write(
    { to: mail.envelope.to, subject: mail.parts().subject, delivery: mail.deliveryTag },
    'mail not sent, only logged',
  )
  return { kind: 'accepted', providerMessageId } as const
}
