import type { Socket } from 'node:net'
import type { Mail } from '../../domain/mail.ts'
import type { SendResult } from '../../domain/send-result.ts'
import { ReplyReader, type Reply } from './replies.ts'
import { reconnectMs, verdict, type Stage } from './verdict.ts'

/** How long to wait for the answer to a command, and for the answer to the final dot. */
export type Patience = { commandMs: number; dataMs: number }

/**
 * `untouched`: the connection turned out dead before the server had taken even the sender, as idle connections do. It says
 * nothing about the mail, which may go out again on a new connection.
 */
export type Handover = { result: SendResult; untouched: boolean }

/** RFC 5321 lets a server take its time over QUIT; nothing depends on its answer. */
const quitMs = 1_000

/**
 * One authenticated connection, one mail at a time.
 *
 * We hold the conversation ourselves, below nodemailer's `send`, because everything hangs on one question: was the final dot
 * written? Before it, a loss means that the server took nothing; after it, nobody knows. Here the dot leaves in this file.
 */
export class SmtpSession {
  /** Mails handed over or tried on this connection; the pool retires it after some. */
  mailsTried = 0
  readonly #socket: Socket
  readonly #patience: Patience
  readonly #reader = new ReplyReader()
  readonly #replies: Reply[] = []
  #waiter: { resolve: (reply: Reply | undefined) => void; reject: (loss: Error) => void } | undefined
  #deadline: NodeJS.Timeout | undefined
  #loss: Error | undefined
  #extensions = new Set<string>()
  #mustReset = false
  #onWire = false
  #senderTaken = false
  #dotWritten = false

  /** Takes the socket over from whoever opened it; from here on nobody else may read or write. */
  constructor(socket: Socket, patience: Patience) {
    this.#socket = socket
    this.#patience = patience
    socket.removeAllListeners('data')
    socket.setTimeout(0)
    socket.on('data', (chunk: Buffer) => this.#hear(chunk.toString()))
    socket.on('drain', () => this.#settle(undefined))
    socket.on('error', (cause) => this.#lose(new Error(`The connection broke: ${cause.message}`, { cause })))
    socket.on('end', () => this.#lose(new Error('The server closed the connection.')))
    socket.on('close', () => this.#lose(new Error('The connection was closed.')))
  }

  /** False once the connection is lost, or the server has said something nobody asked for (mostly that it hangs up). */
  get alive(): boolean {
    return this.#loss === undefined && this.#replies.length === 0 && this.#socket.writable
  }

  /** Learns what the server can do. */
  async greet(clientName: string): Promise<void> {
    this.#say(`EHLO ${clientName}\r\n`)
    const reply = await this.#reply(this.#patience.commandMs)
    const lines = digit(reply) === 2 ? reply.text.split('\n').slice(1) : []
    this.#extensions = new Set(lines.map((line) => line.split(' ')[0]?.toUpperCase() ?? ''))
  }

  /** Hands over one mail whose envelope has been checked. */
  async hand(mail: Mail): Promise<Handover> {
    this.mailsTried += 1
    this.#senderTaken = false
    this.#dotWritten = false
    this.#onWire = true
    try {
      return await this.#converse(mail)
    } catch (loss) {
      this.#lose(loss as Error)
      return { result: this.#lossVerdict(loss as Error, mail), untouched: !this.#senderTaken }
    } finally {
      this.#onWire = false
    }
  }

  /** Tears the connection down if a mail is on the wire whose final dot has not been written. */
  breakOff(): void {
    if (this.#onWire && !this.#dotWritten) this.#lose(new Error('Broken off before the final dot.'))
  }

  /** Says goodbye, and does not insist on an answer. */
  async quit(): Promise<void> {
    if (this.#loss !== undefined) return
    this.#say('QUIT\r\n')
    await this.#reply(quitMs).catch(() => undefined)
    this.#lose(new Error('Closed after QUIT.'))
  }

  async #converse(mail: Mail): Promise<Handover> {
    const mime = mail.mime()
    const refusal = await this.#sendEnvelope(mail, mime.length)
    if (refusal !== undefined) {
      const hungUp = refusal.reply.code === 421
      if (hungUp) this.#lose(new Error('The server hung up.'))
      return {
        result: verdict(refusal.stage, refusal.reply, mail.messageId),
        untouched: hungUp && !this.#senderTaken,
      }
    }
    await this.#sendBody(mime)
    const reply = await this.#reply(this.#patience.dataMs)
    if (reply.code === 421) this.#lose(new Error('The server hung up.'))
    return { result: verdict('dot', reply, mail.messageId), untouched: false }
  }

  /** With PIPELINING (RFC 2920) all commands leave in one segment, and every one of them is answered in turn. */
  async #sendEnvelope(mail: Mail, size: number): Promise<{ stage: Stage; reply: Reply } | undefined> {
    const commands = this.#commands(mail, size)
    const pipelined = this.#extensions.has('PIPELINING')
    if (pipelined) this.#say(commands.map(([, command]) => command).join(''))
    let refusal: { stage: Stage; reply: Reply } | undefined
    for (const [stage, command] of commands) {
      if (!pipelined) this.#say(command)
      const reply = await this.#reply(this.#patience.commandMs)
      const taken = digit(reply) === (stage === 'data' ? 3 : 2)
      if (taken && stage === 'sender') this.#senderTaken = true
      if (taken && stage === 'data' && refusal !== undefined)
        this.#lose(new Error('The server wants a mail for nobody.'))
      if (!taken) refusal ??= { stage, reply }
      if (refusal !== undefined && (!pipelined || reply.code === 421)) break
    }
    this.#mustReset = refusal !== undefined
    return refusal
  }

  #commands({ envelope }: Mail, size: number): [Stage, string][] {
    const parameters = this.#extensions.has('SIZE') ? ` SIZE=${size}` : ''
    const commands: [Stage, string][] = [
      ['sender', `MAIL FROM:<${envelope.from}>${parameters}\r\n`],
      ['recipient', `RCPT TO:<${envelope.to}>\r\n`],
      ['data', 'DATA\r\n'],
    ]
    return this.#mustReset ? [['hello', 'RSET\r\n'], ...commands] : commands
  }

  /**
   * Body and final dot leave together when the socket has room. Otherwise the dot waits until the kernel has taken the whole
   * body, so that a peer that stalls half-way has provably not got the mail.
   */
  async #sendBody(mime: string): Promise<void> {
    if (this.#replies.length > 0) throw new Error('The server answers what nobody asked.')
    this.#socket.cork()
    const room = this.#socket.write(dotStuffed(mime))
    if (!room) {
      this.#socket.uncork()
      const early = await this.#wait(this.#patience.dataMs)
      if (early !== undefined) {
        this.#replies.unshift(early)
        throw new Error('The server answered before the mail was over.')
      }
    }
    this.#dotWritten = true
    this.#socket.write('.\r\n')
    if (room) this.#socket.uncork()
  }

  #lossVerdict(loss: Error, mail: Mail): SendResult {
    if (this.#dotWritten) return { kind: 'unknown', reason: `No answer to the finished mail. ${loss.message}` }
    const [lastWords] = this.#replies
    if (lastWords !== undefined) return verdict('data', lastWords, mail.messageId)
    return { kind: 'tryLater', reason: loss.message, afterMs: reconnectMs }
  }

  #say(commands: string): void {
    if (this.#loss === undefined) this.#socket.write(commands)
  }

  async #reply(patienceMs: number): Promise<Reply> {
    for (;;) {
      const reply = this.#replies.shift() ?? (await this.#wait(patienceMs))
      if (reply !== undefined) return reply
    }
  }

  /** The next reply, or undefined when the socket has drained. One deadline for the whole answer, however slowly it drips. */
  #wait(patienceMs: number): Promise<Reply | undefined> {
    const loss = this.#loss
    if (loss !== undefined) return Promise.reject(loss)
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject }
      this.#deadline = setTimeout(() => {
        this.#lose(new Error(`The server did not answer within ${patienceMs} ms.`))
      }, patienceMs)
    })
  }

  #hear(chunk: string): void {
    try {
      this.#replies.push(...this.#reader.read(chunk))
    } catch (cause) {
      this.#lose(cause as Error)
    }
    if (this.#waiter !== undefined && this.#replies.length > 0) this.#settle(this.#replies.shift())
  }

  #settle(reply: Reply | undefined): void {
    const waiter = this.#waiter
    this.#waiter = undefined
    clearTimeout(this.#deadline)
    waiter?.resolve(reply)
  }

  #lose(loss: Error): void {
    if (this.#loss !== undefined) return
    this.#loss = loss
    this.#socket.destroy()
    const waiter = this.#waiter
    this.#waiter = undefined
    clearTimeout(this.#deadline)
    waiter?.reject(loss)
  }
}

/**
 * Doubles each dot that begins a line and makes the last line end. A bare CR or LF counts as a line end here too: some
 * servers treat it so, and a dot after one would let a mail end itself and begin another ("SMTP smuggling").
 */
export function dotStuffed(mime: string): string {
  const stuffed = mime.replaceAll('\n.', '\n..').replaceAll('\r.', '\r..')
  const started = stuffed.startsWith('.') ? `.${stuffed}` : stuffed
  return started.endsWith('\r\n') ? started : `${started}\r\n`
}

const digit = (reply: Reply) => Math.floor(reply.code / 100)
