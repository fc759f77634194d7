import { openSender, mailsAtOnce, sendAll, type SendingOrders } from '../senders/sender.ts'

// A child process: a loop that sends, with no database, no record and no retry. What a sender can do at most.

const { mails, ...orders } = JSON.parse(process.argv[2]!) as SendingOrders & { mails: number }
const send = await openSender(orders)

process.once('message', async () => {
  await sendAll(mails, mailsAtOnce(orders), (n) => send(n, 'example.com'))
  process.send?.({ done: true })
})
process.send?.({ ready: true })
