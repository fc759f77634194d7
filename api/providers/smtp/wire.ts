import type { Socket } from 'node:net'
import { ReplyReader, type Reply } from './replies.ts'

type Waiter = { patienceMs: number; resolve: (reply: Reply | undefined) => void; reject: (loss: Error) => void }

/**
 * A socket that speaks in replies. It has one listener at a time, puts one deadline on each answer however slowly it drips,
 * and once lost stays lost.
 */
export class SmtpWire {
  readonly #socket: Socket
  readonly #reader = new ReplyReader()
  readonly #replies: Reply[] = []
  #waiter: Waiter | undefined
  readonly #deadlines = new Map<number, NodeJS.Timeout>()
  #loss: Error | undefined
  #isSilent = false

  /** Takes the socket over from whoever opened it; from here on nobody else may read or write. */
  constructor(socket: Socket) {
    this.#socket = socket
    socket.removeAllListeners('data')
    socket.setTimeout(0)
    socket.on('data', (chunk: Buffer) => this.#hear(chunk.toString()))
    socket.on('drain', () => this.#settle(undefined))
    socket.on('error', (cause) => this.lose(`The connection broke: ${cause.message}`))
    socket.on('end', () => this.lose('The server closed the connection.'))
    socket.on('close', () => this.lose('The connection was closed.'))
  }

  /** Why the connection is gone, if it is. */
  get loss(): Error | undefined {
    return this.#loss
  }

  /** A reply that nobody has asked for yet. */
  get unread(): Reply | undefined {
    return this.#replies[0]
  }

  /** It is gone because an answer did not come in time. */
  get isSilent(): boolean {
    return this.#isSilent
  }

  get writable(): boolean {
    return this.#loss === undefined && this.#socket.writable
  }

  say(commands: string): void {
    if (this.#loss === undefined) this.#socket.write(commands)
  }

  /**
   * Writes a text, all of it ASCII, whose last `endLength` characters end it. It leaves in one piece when the socket has room. Otherwise
   * the end waits until the kernel has taken all before it, so that a peer that stalls half-way has provably not got the mail.
   * `ending` is called just before the end is written.
   */
  async sayBody(
    text: string,
    { endLength, patienceMs, ending }: { endLength: number; patienceMs: number; ending: () => void },
  ): Promise<void> {
    if (this.#loss !== undefined) throw this.#loss
    if (this.unread !== undefined) throw this.lose('The server answers what nobody asked.')
    const room = this.#socket.writableHighWaterMark - this.#socket.writableLength
    if (text.length < room) {
      ending()
      this.#socket.write(text, 'latin1')
      return
    }
    if (!this.#socket.write(text.slice(0, -endLength), 'latin1')) {
      const early = await this.#wait(patienceMs)
      if (early !== undefined) {
        this.#replies.unshift(early)
        throw this.lose('The server answered before the mail was over.')
      }
    }
    ending()
    this.#socket.write(text.slice(-endLength), 'latin1')
  }

  /** The next reply. Rejects with the loss when the connection is gone or the deadline passes. */
  async reply(patienceMs: number): Promise<Reply> {
    for (;;) {
      const reply = this.#replies.shift() ?? (await this.#wait(patienceMs))
      if (reply !== undefined) return reply
    }
  }

  /** Ends the connection without a word. @returns why it is gone, which is the first reason of all. */
  lose(reason: string): Error {
    if (this.#loss !== undefined) return this.#loss
    this.#loss = new Error(reason)
    this.#socket.destroy()
    const waiter = this.#waiter
    this.#waiter = undefined
    for (const timer of this.#deadlines.values()) clearTimeout(timer)
    waiter?.reject(this.#loss)
    return this.#loss
  }

  /** The next reply, or undefined when the socket has drained. */
  #wait(patienceMs: number): Promise<Reply | undefined> {
    const loss = this.#loss
    if (loss !== undefined) return Promise.reject(loss)
    return new Promise((resolve, reject) => {
      this.#waiter = { patienceMs, resolve, reject }
      this.#startDeadline(patienceMs)
    })
  }

  /** One timer serves all answers that get the same time, four of them in each mail. When nobody waits for it, it runs out unheard. */
  #startDeadline(ms: number): void {
    const late = () => {
      if (this.#waiter?.patienceMs !== ms) return
      this.#isSilent = true
      this.lose(`The server did not answer within ${ms} ms.`)
    }
    const timer = this.#deadlines.get(ms)
    if (timer) timer.refresh()
    else this.#deadlines.set(ms, setTimeout(late, ms))
  }

  #hear(chunk: string): void {
    let fault: Error | undefined
    try {
      this.#reader.read(chunk, (reply) => this.#replies.push(reply))
    } catch (error) {
      fault = error as Error
    }
    // An answer counts, also when nonsense follows it: it may be the one to a final dot.
    if (this.#waiter !== undefined && this.#replies.length > 0) this.#settle(this.#replies.shift())
    if (fault) this.lose(fault.message)
  }

  #settle(reply: Reply | undefined): void {
    const waiter = this.#waiter
    this.#waiter = undefined
    waiter?.resolve(reply)
  }
}
