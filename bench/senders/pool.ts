import { createTransport } from 'nodemailer'
import type { Send, SendingOrders } from './sender.ts'

export async function poolSender({ smtpUrl, connections, mail }: SendingOrders): Promise<Send> {
  const { hostname, port } = new URL(smtpUrl)
  const pool = createTransport({
    pool: true,
    host: hostname,
    port: Number(port),
    ignoreTLS: true,
    maxConnections: connections,
    // Its default of 100 would reconnect all the time. Ours reconnects after 1,000; this one need not at all.
    maxMessages: Infinity,
  })
  const { parts } = mail
  const headers = Object.fromEntries(parts.headers)

  return async (n, domain) => {
    const named = (text: string) => text.replaceAll('Guest 0', `Guest ${n}`)
    const { response } = await pool.sendMail({
      from: parts.from,
      replyTo: parts.replyTo,
      to: { name: `Guest ${n}`, address: `guest-${n}@${domain}` },
      subject: named(parts.subject),
      html: named(parts.html),
      text: named(parts.text),
      headers,
      messageId: `<bench.${n}@tidings.test>`,
    })
    return response
  }
}
