import { createServer, type AddressInfo, type Socket } from 'node:net'

// A child process: an SMTP server on loopback that takes everything, keeps nothing, and counts. It costs so little that what is
// measured is the sender. It tells its port when it listens, and answers 'report' with its counts since 'reset'.

const endOfData = Buffer.from('\r\n.\r\n')

let mails = 0
let lastAt = 0
let cpu = process.cpuUsage()
const counts = new Map<string, number>()

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy())
  socket.write('220 sink ESMTP\r\n')
  talk(socket)
})

function talk(socket: Socket) {
  let rest = Buffer.alloc(0)
  let inData = false
  let recipient = ''
  socket.on('data', (chunk: Buffer) => {
    let buffer = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    for (;;) {
      if (inData) {
        const end = buffer.indexOf(endOfData)
        if (end < 0) break
        buffer = buffer.subarray(end + endOfData.length)
        inData = false
        mails += 1
        counts.set(recipient, (counts.get(recipient) ?? 0) + 1)
        lastAt = Date.now()
        socket.write('250 2.0.0 queued\r\n')
        continue
      }
      const end = buffer.indexOf('\r\n')
      if (end < 0) break
      const line = buffer.toString('latin1', 0, end)
      buffer = buffer.subarray(end + 2)
      const verb = line.slice(0, 4).toUpperCase()
      if (verb === 'RCPT') recipient = /<([^>]*)>/.exec(line)?.[1] ?? ''
      inData = verb === 'DATA'
      socket.write(replies[verb] ?? '250 2.0.0 ok\r\n')
      if (verb === 'QUIT') socket.end()
    }
    rest = Buffer.from(buffer)
  })
}

const replies: Record<string, string> = {
  EHLO: '250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 50000000\r\n',
  DATA: '354 go\r\n',
  QUIT: '221 2.0.0 bye\r\n',
}

process.on('message', (word) => {
  if (word === 'reset') {
    mails = 0
    counts.clear()
    cpu = process.cpuUsage()
    return
  }
  const used = process.cpuUsage(cpu)
  const doubled = [...counts.values()].filter((count) => count > 1).length
  process.send?.({ mails, doubled, lastAt, cpuMs: (used.user + used.system) / 1000 })
})
process.on('disconnect', () => process.exit(0))

server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
