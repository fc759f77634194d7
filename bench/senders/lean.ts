import { compileMessage } from '../../api/content/compile.ts'
import { createLinkSigner } from '../../api/content/tokens.ts'
import { pickProvider } from '../../api/providers/providers.ts'
import { secretKey } from '../stage/messages.ts'
import { overSmtp } from '../stage/notifier.ts'
import type { Send, SendingOrders } from './sender.ts'

/** The product's own: its compiled message and its SMTP transport, without its queue. Each mail has its own signed links. */
export async function leanSender({ smtpUrl, connections, mail }: SendingOrders): Promise<Send> {
  const transport = pickProvider(overSmtp(smtpUrl, connections)).open(() => {})
  const message = await compileMessage(mail.content, { signer: createLinkSigner({ secretKey }) })
  const id = mail.messageId

  return async (n, domain) => {
    const recipient = {
      guestId: id,
      address: `guest-${n}@${domain}`,
      variables: { name: `Guest ${n}`, linkVersion: 1 },
    }
    const composed = message.mailFor({ messageId: id, seq: n, generation: 1, ...recipient })
    const line = await transport.line()
    if (line.kind === 'noLine') throw new Error(line.result.reason)
    const [result] = await line.send([composed]).finally(() => line.release())
    if (result?.kind !== 'accepted') throw new Error(`a mail was not accepted: ${JSON.stringify(result)}`)
    return result.providerMessageId
  }
}
