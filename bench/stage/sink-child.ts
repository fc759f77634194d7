import { createServer, type AddressInfo, type Socket } from 'node:net'

// A child process: an SMTP server on loopback that takes everything, keeps nothing, and counts for each recipient. It costs so little that
// what is measured is the sender. As Postfix does (RFC 2920, 3.2), it answers the commands of one segment in one segment.

type Group = { counts: Map<string, number>; mails: number; bytes: number; firstAt: number; lastAt: number }
type Question = { do: 'reset' } | { do: 'until'; group: string; mails: number }

const latencyMs = Number(process.argv[2] ?? 0)
const endOfData = Buffer.from('\r\n.\r\n')
const nothing = Buffer.alloc(0)
const groups = new Map<string, Group>()
let thoughtMs = 0
let waiting: { group: string; mails: number } | undefined

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy())
  socket.write('220 sink ESMTP\r\n')
  talk(socket)
})

function talk(socket: Socket) {
  let rest: Buffer = nothing
  let inData = false
  let isThinking = false
  let recipient = ''
  let bytes = 0

  socket.on('data', (chunk: Buffer) => {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    if (!isThinking) read()
  })

  function read() {
    let at = 0
    let replies = ''
    while (at < rest.length) {
      if (inData) {
        const end = rest.indexOf(endOfData, at)
        if (end < 0) {
          // All but what may be the beginning of the end has been seen.
          const seen = Math.max(at, rest.length - endOfData.length + 1)
          bytes += seen - at
          at = seen
          break
        }
        count(recipient, bytes + end - at)
        at = end + endOfData.length
        inData = false
        bytes = 0
        if (latencyMs > 0) {
          think()
          break
        }
        replies += '250 2.0.0 queued\r\n'
        continue
      }
      const end = rest.indexOf(10, at)
      if (end < 0) break
      const verb = rest.toString('latin1', at, at + 4).toUpperCase()
      if (verb === 'RCPT') recipient = rest.toString('latin1', rest.indexOf(60, at) + 1, rest.indexOf(62, at))
      inData = verb === 'DATA'
      replies += answers[verb] ?? '250 2.0.0 ok\r\n'
      at = end + 1
      if (verb === 'QUIT') socket.end(replies)
    }
    rest = at < rest.length ? rest.subarray(at) : nothing
    if (replies !== '' && socket.writable) socket.write(replies)
  }

  function think() {
    const startedAt = performance.now()
    isThinking = true
    setTimeout(() => {
      thoughtMs += performance.now() - startedAt
      isThinking = false
      if (socket.writable) socket.write('250 2.0.0 queued\r\n')
      read()
    }, latencyMs)
  }
}

const answers: Record<string, string> = {
  EHLO: '250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 50000000\r\n',
  DATA: '354 go\r\n',
  QUIT: '221 2.0.0 bye\r\n',
}

function count(recipient: string, bytes: number) {
  const name = recipient.slice(recipient.indexOf('@') + 1)
  const now = Date.now()
  let group = groups.get(name)
  if (!group) groups.set(name, (group = { counts: new Map(), mails: 0, bytes: 0, firstAt: now, lastAt: now }))
  group.counts.set(recipient, (group.counts.get(recipient) ?? 0) + 1)
  group.mails += 1
  group.bytes += bytes
  group.lastAt = now
  if (waiting?.group === name && group.mails >= waiting.mails) answer(name)
}

process.on('message', (question: Question) => {
  if (question.do === 'reset') {
    groups.clear()
    thoughtMs = 0
    process.send?.({ reset: true })
  } else if ((groups.get(question.group)?.mails ?? 0) >= question.mails) answer(question.group)
  else waiting = question
})

function answer(name: string) {
  waiting = undefined
  const { counts, ...sums } = groups.get(name) ?? { counts: new Map(), mails: 0, bytes: 0, firstAt: 0, lastAt: 0 }
  const doubled = [...counts.values()].filter((each) => each > 1).length
  process.send?.({ ...sums, recipients: counts.size, doubled, thinkingMs: sums.mails > 0 ? thoughtMs / sums.mails : 0 })
}

server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
