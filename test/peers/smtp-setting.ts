import { onTestFinished } from 'vitest'
import type { Transport } from '../../api/providers/provider.ts'
import { readSmtpConfig, type SmtpConfig } from '../../api/providers/smtp/smtp-url.ts'
import { smtp } from '../../api/providers/smtp/smtp.ts'
import { startRawSmtpPeer, type Misbehaviour } from './raw-smtp-server.ts'
import { startSmtpPeer, type SmtpPeerOptions } from './smtp-server.ts'
import { someMail } from './some-mail.ts'

type Changes = Partial<Omit<SmtpConfig, 'patience'>> & { patience?: Partial<SmtpConfig['patience']> }

/** A transport to this URL with shorter waits, closed when the test is over. */
export function openTo(url: string, { patience, ...changes }: Changes = {}): Transport {
  const config = readSmtpConfig({ SMTP_URL: url })
  if (config === undefined) throw new Error('no SMTP_URL')
  const transport = smtp.open({ ...config, ...changes, patience: { ...config.patience, ...patience } }, () => undefined)
  onTestFinished(() => transport.close())
  return transport
}

/** A server that does this, in this order, and then behaves. */
export async function brokenPeer(...misbehaviours: Misbehaviour[]) {
  const peer = await startRawSmtpPeer()
  onTestFinished(() => peer.close())
  for (const misbehaviour of misbehaviours) peer.plan(misbehaviour)
  return peer
}

export async function properPeer(options: SmtpPeerOptions = {}) {
  const peer = await startSmtpPeer(options)
  onTestFinished(() => peer.close())
  return peer
}

/** Larger than what two kernels' buffers hold, so that a peer that stops reading stops the writer half-way. */
export const hugeMail = someMail({
  text: 'All work and no play makes Jack a dull boy, and this line is not the last one.\r\n'.repeat(200_000),
})
