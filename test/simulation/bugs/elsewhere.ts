import type { Transport } from '../../../api/providers/provider.ts'
import type { PlantedBug } from './planted-bug.ts'

// Mistakes outside the statements: in what a process believes of its provider, in its log, in whose clock it trusts.

const trustsARepeat: PlantedBug = {
  name: 'a notifier that takes an SMTP server for one that recognises a repeat',
  breaks: 'I2',
  climate: { vendor: { key: 'smtp', batchMax: 1, deduplicates: false }, policy: 'hold', providerTrouble: 0.4 },
  transport: (transport) => ({ ...transport, deduplicates: true }),
}

const talksTooMuch: PlantedBug = {
  name: 'a notifier that logs the mails that it sends',
  breaks: 'I14',
  transport: (transport, log) => ({
    ...transport,
    line: () => tellingLine(transport, (mail) => log.info({ mail }, 'sent')),
  }),
}

const ownClock: PlantedBug = {
  name: "leases and due times by each machine's own clock",
  breaks: 'I15',
  climate: { skewMaxMs: 600_000 },
  liesAboutTime: (process) => process.aheadMs,
}

export const bugsElsewhere: readonly PlantedBug[] = [trustsARepeat, talksTooMuch, ownClock]

async function tellingLine(transport: Transport, tell: (mail: unknown) => void): ReturnType<Transport['line']> {
  const line = await transport.line()
  if (line.kind === 'noLine') return line
  return {
    ...line,
    send(mails, batchKey) {
      for (const mail of mails) tell(mail.parts())
      return line.send(mails, batchKey)
    },
  }
}
