import { leanSender } from './lean.ts'
import { poolSender } from './pool.ts'
import type { SampleMail } from './sample-mail.ts'

/** What a child process needs to know to send: where to, through how many connections, and what. */
export type SendingOrders = { smtpUrl: string; connections: number; mail: SampleMail; sender: SenderKey }

/** Guest 7 of `example.com` gets their own mail. Answers what the server said. */
export type Send = (n: number, domain: string) => Promise<string>

const senders = {
  /** nodemailer as people use it: its pool, and a mail composed for each guest. */
  pool: poolSender,
  /** Ours: compiled once, and the conversation held below nodemailer. */
  lean: leanSender,
}
export type SenderKey = keyof typeof senders

const warmUpMails = 1000

/** Opens a sender and warms it up: connections, caches and compiled code are as they would be after the first minute. */
export async function openSender(orders: SendingOrders): Promise<Send> {
  const send = await senders[orders.sender](orders)
  await sendAll(warmUpMails, mailsAtOnce(orders), (n) => send(n, 'warm-up.test'))
  return send
}

/** Twice the connections, so that the next mail is ready when a connection is. */
export function mailsAtOnce({ connections }: { connections: number }) {
  return connections * 2
}

/** Calls `send(1)` to `send(mails)`, so many of them at once. */
export async function sendAll(mails: number, atOnce: number, send: (n: number) => Promise<unknown>) {
  let next = 1
  const lines = Array.from({ length: atOnce }, async () => {
    while (next <= mails) await send(next++)
  })
  await Promise.all(lines)
}
