import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { flood } from './flood.ts'
import { MailLog, headerOf } from './mail-log.ts'

/** Moments of an SMTP conversation at which a server can misbehave. `body` is after the first bytes of the mail. */
export type Moment = 'connect' | 'hello' | 'sender' | 'recipient' | 'data' | 'body' | 'dot' | 'quit'

/**
 * What to do at a moment instead of answering: reset the connection, say nothing ever, stop reading, or write these bytes
 * (a whole reply or nonsense), once or for so many bytes. `accept` keeps the mail first: the server took it, and the client does not hear of it.
 */
export type Misbehaviour = { at: Moment; times?: number; accept?: boolean; afterMs?: number } & (
  | { doing: 'reset' | 'hang' | 'stall' }
  | { doing: 'say'; bytes: string; thenReset?: boolean }
  | { doing: 'drip'; bytes: string; everyMs: number }
  | { doing: 'flood'; bytes: string; totalBytes: number }
)

type RawMail = { from: string; to: string[]; raw: string; messageId: string | undefined }

/**
 * The smallest SMTP server that can take mail (so it is also the quickest sink), and that can break the protocol at every
 * moment. Misbehaviours are used up in order; without any it behaves.
 */
export async function startRawSmtpPeer({ keep = true, pipelining = true } = {}) {
  const log = new MailLog<RawMail>(keep)
  const plans: (Misbehaviour & { left: number })[] = []
  const sockets = new Set<Socket>()
  const heard: string[] = []
  const greeting = pipelining ? '250-peer\r\n250-PIPELINING\r\n250 SIZE 50000000\r\n' : '250 peer\r\n'

  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined)
    converse(socket)
  })

  function converse(socket: Socket): void {
    let pending = ''
    let inBody = false
    let silent = false
    let mail = { from: '', to: [] as string[] }

    const answer = (at: Moment, normal: string, accept?: () => void): boolean => {
      const plan = plans.find((each) => each.at === at && each.left > 0)
      if (plan === undefined) {
        accept?.()
        socket.write(normal)
        return true
      }
      plan.left -= 1
      if (plan.accept) accept?.()
      // Whoever hangs, drips or speaks in the middle of a mail has lost the thread, and answers nothing from here on.
      silent = plan.doing !== 'say' || at === 'body'
      misbehave(socket, plan)
      return false
    }

    const commands: Record<string, (line: string) => void> = {
      EHLO: () => answer('hello', greeting),
      HELO: () => answer('hello', '250 peer\r\n'),
      RSET: () => socket.write('250 2.0.0 Ok\r\n'),
      MAIL: (line) => {
        mail = { from: pathOf(line), to: [] }
        answer('sender', '250 2.1.0 Ok\r\n')
      },
      RCPT: (line) => answer('recipient', '250 2.1.5 Ok\r\n', () => mail.to.push(pathOf(line))),
      DATA: () => {
        inBody =
          answer('data', mail.to.length > 0 ? '354 Go ahead\r\n' : '503 5.5.1 Nobody to send to\r\n') &&
          mail.to.length > 0
      },
      QUIT: () => {
        if (answer('quit', '221 2.0.0 Bye\r\n')) socket.end()
      },
    }

    const bodyEnds = (): boolean => {
      if (plans.some(({ at, left }) => at === 'body' && left > 0)) return answer('body', '')
      const end = pending.startsWith('.\r\n') ? -2 : pending.indexOf('\r\n.\r\n')
      if (end === -1) return false
      const raw = pending.slice(0, end + 2).replaceAll('\r\n..', '\r\n.')
      pending = pending.slice(end + 5)
      inBody = false
      const received = { ...mail, raw, messageId: keep ? headerOf(raw, 'Message-ID') : undefined }
      answer('dot', `250 2.0.0 Ok: queued as R${log.count + 1}\r\n`, () => log.add(received))
      return true
    }

    const take = (): void => {
      for (;;) {
        if (silent || pending === '') return
        if (inBody) {
          if (!bodyEnds()) return
          continue
        }
        const end = pending.indexOf('\r\n')
        if (end === -1) return
        const line = pending.slice(0, end)
        pending = pending.slice(end + 2)
        heard.push(line)
        const command = commands[line.slice(0, 4).toUpperCase()]
        if (command === undefined) socket.write('502 5.5.1 Unknown command\r\n')
        else command(line)
      }
    }

    answer('connect', '220 peer ESMTP\r\n')
    socket.on('data', (chunk) => {
      pending += chunk.toString('latin1')
      take()
    })
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  return Object.assign(log, {
    url: `smtp://127.0.0.1:${port}`,
    port,
    /** Every command line, in order. */
    heard,
    plan: (misbehaviour: Misbehaviour) => void plans.push({ ...misbehaviour, left: misbehaviour.times ?? 1 }),
    /** Misbehaviours that are still to come. */
    plansLeft: () => plans.reduce((sum, { left }) => sum + left, 0),
    /** Resets every connection that is open now. */
    dropConnections() {
      for (const socket of sockets) socket.resetAndDestroy()
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      if (server.listening) await once(server, 'close')
    },
  })
}

function misbehave(socket: Socket, plan: Misbehaviour): void {
  const act = () => {
    if (plan.doing === 'reset') socket.resetAndDestroy()
    if (plan.doing === 'stall') socket.pause()
    if (plan.doing === 'say') socket.write(plan.bytes, () => plan.thenReset && socket.resetAndDestroy())
    if (plan.doing === 'flood') flood(socket, plan)
    if (plan.doing === 'drip') drip(socket, [...plan.bytes], plan.everyMs)
  }
  if (plan.afterMs) setTimeout(act, plan.afterMs)
  else act()
}

function drip(socket: Socket, bytes: string[], everyMs: number): void {
  const timer = setInterval(() => {
    const byte = bytes.shift()
    if (byte === undefined || socket.destroyed) clearInterval(timer)
    else socket.write(byte)
  }, everyMs)
}

const pathOf = (line: string) => /<([^>]*)>/.exec(line)?.[1] ?? ''
