import { readFileSync } from 'node:fs'
import { createTransport } from 'nodemailer'

// A child process, and the peer: nodemailer's own pool sends the same mails from a loop, with no database, no record and no retry.
// Usage: node raw-pool.ts <port> <connections> <mails> <file with one mail's parts as JSON>

const [port, connections, count, file] = process.argv.slice(2)
const parts = JSON.parse(readFileSync(file!, 'utf8'))
const pool = createTransport({
  pool: true,
  host: '127.0.0.1',
  port: Number(port),
  ignoreTLS: true,
  maxConnections: Number(connections),
  maxMessages: Infinity,
})

const named = (text: string, n: number) => text.replaceAll('Guest 0', `Guest ${n}`)

async function send(from: number, mails: number) {
  let next = from
  const senders = Array.from({ length: Number(connections) * 2 }, async () => {
    while (next < from + mails) {
      const n = next++
      await pool.sendMail({
        from: parts.from,
        replyTo: parts.replyTo,
        to: { name: `Guest ${n}`, address: `guest-${n}@example.com` },
        subject: named(parts.subject, n),
        html: named(parts.html, n),
        text: named(parts.text, n),
        headers: Object.fromEntries(parts.headers),
        messageId: `<bench.${n}@tidings.test>`,
      })
    }
  })
  await Promise.all(senders)
}

process.on('message', async () => {
  const cpu = process.cpuUsage()
  await send(1, Number(count))
  const used = process.cpuUsage(cpu)
  process.send?.({ done: true, cpuMs: (used.user + used.system) / 1000 })
})
process.on('disconnect', () => process.exit(0))

// Connections, code and caches are warm before anything is measured, as they are in the notifier by then.
await send(1_000_000, 300)
process.send?.({ ready: true })
