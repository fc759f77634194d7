import type { Socket } from 'node:net'
import type { Mail } from '../../domain/mail.ts'
import type { SendResult } from '../../domain/send-result.ts'
import { unwritable } from '../unwritable.ts'
import { reportWishes } from './delivery-report.ts'
import { finalDot, onTheWire } from './dot-stuffing.ts'
import type { Reply } from './replies.ts'
import type { ReturnPaths } from './return-path.ts'
import { reconnectMs, verdict, type Stage } from './verdict.ts'
import { SmtpWire } from './wire.ts'

/** How long to wait for the answer to a command, and for the answer to the final dot. */
export type Patience = { commandMs: number; dataMs: number }

/**
 * `untouched`: the connection turned out dead before the server had taken even the sender, as idle connections do. It says
 * nothing about the mail, which may go out again on a new connection. `misled`: the server offers PIPELINING and does not understand
 * that a mail was announced.
 */
export type Handover = { result: SendResult; untouched: boolean; misled?: boolean }

type Refusal = { stage: Stage; reply: Reply }

type Handing = { mime: string; announced?: Announced; following?: () => Mail | undefined }

type Announced = { mail: Mail; mime: string; commands: Command[] }

type Command = [Stage, string]

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
  readonly #wire: SmtpWire
  readonly #patience: Patience
  readonly #returnPaths: ReturnPaths | undefined
  #extensions = new Set<string>()
  #mustReset = false
  #onWire = false
  #senderTaken = false
  #dotWritten = false
  /** Its envelope left together with the last final dot. */
  #announced: Announced | undefined

  constructor(socket: Socket, patience: Patience, returnPaths?: ReturnPaths) {
    this.#wire = new SmtpWire(socket)
    this.#patience = patience
    this.#returnPaths = returnPaths
  }

  /** False once the connection is lost, or the server has said something nobody asked for (mostly that it hangs up). */
  get alive(): boolean {
    return this.#wire.writable && this.#wire.unread === undefined && this.#announced === undefined
  }

  /** Learns what the server can do. */
  async greet(clientName: string): Promise<void> {
    this.#wire.say(`EHLO ${clientName}\r\n`)
    const reply = await this.#wire.reply(this.#patience.commandMs)
    const lines = digit(reply) === 2 ? reply.text.split('\n').slice(1) : []
    this.#extensions = new Set(lines.map((line) => line.split(' ')[0]?.toUpperCase() ?? ''))
  }

  /** Hands over one mail whose envelope has been checked, and with its last bytes the envelope of the one that is `following`. */
  async hand(mail: Mail, following?: () => Mail | undefined): Promise<Handover> {
    const announced = this.#announced
    this.#announced = undefined
    this.mailsTried += 1
    this.#senderTaken = false
    this.#dotWritten = false
    if (announced !== undefined && announced.mail !== mail) {
      const loss = this.#wire.lose('The server expects another mail.')
      return { result: { kind: 'tryLater', reason: loss.message, afterMs: 0 }, untouched: true }
    }
    let mime: string
    try {
      mime = announced?.mime ?? mail.mime()
    } catch (error) {
      return { result: unwritable(error), untouched: false }
    }
    this.#onWire = true
    try {
      const refusal = await this.#converse(mail, { mime, announced, following })
      const hungUp = refusal.reply.code === 421
      if (hungUp) this.#wire.lose('The server hung up.')
      if (this.#isMisled(refusal, announced)) return this.#misled(`${refusal.reply.code} ${refusal.reply.text}`)
      return { result: verdict(refusal.stage, refusal.reply, mail.messageId), untouched: hungUp && !this.#senderTaken }
    } catch (loss) {
      if (announced && !this.#senderTaken && this.#wire.isSilent) return this.#misled((loss as Error).message)
      return { result: this.#lossVerdict(loss as Error, mail), untouched: !this.#senderTaken }
    } finally {
      this.#onWire = false
    }
  }

  /**
   * Some servers offer PIPELINING and take what stands behind a final dot for a fault: they refuse the announced sender as they would a
   * command out of turn, or the mail itself for a want of synchronization. Either is a surely refused mail, which may go again.
   */
  #isMisled({ stage, reply }: Refusal, announced: Announced | undefined): boolean {
    if (digit(reply) !== 5) return false
    return stage === 'dot'
      ? this.#announced !== undefined && outOfStep.test(reply.text)
      : !!announced && stage === 'sender'
  }

  #misled(words: string): Handover {
    this.#wire.lose('The server does not understand announced mails.')
    return { result: { kind: 'tryLater', reason: words, afterMs: 0 }, untouched: true, misled: true }
  }

  /** Tears the connection down if a mail is on the wire whose final dot has not been written. */
  breakOff(): void {
    if (this.#onWire && !this.#dotWritten) this.#wire.lose('Broken off before the final dot.')
  }

  /** Says goodbye, and does not insist on an answer. */
  async quit(): Promise<void> {
    if (this.#wire.loss !== undefined) return
    // The server may be waiting for a mail by now, and would take a goodbye for its first line.
    if (this.#announced !== undefined) return void this.#wire.lose('The announced mail did not come.')
    this.#wire.say('QUIT\r\n')
    await this.#wire.reply(quitMs).catch(() => undefined)
    this.#wire.lose('Closed after QUIT.')
  }

  /** @returns the reply that settles the mail: the first refusal, or the answer to the final dot. */
  async #converse(mail: Mail, { mime, announced, following }: Handing): Promise<Refusal> {
    const refusal = await (announced ? this.#hearEnvelope(announced.commands) : this.#sendEnvelope(mail, mime.length))
    this.#mustReset = refusal !== undefined
    if (refusal !== undefined) return refusal
    const patienceMs = this.#patience.dataMs
    const ending = () => (this.#dotWritten = true)
    const next = this.#announce(following)
    const endLength = finalDot.length + next.length
    await this.#wire.sayBody(onTheWire(mime, next), { endLength, patienceMs, ending })
    return { stage: 'dot', reply: await this.#wire.reply(patienceMs) }
  }

  /** RFC 2920 section 3.1: the end of a mail and the commands of the next one may be one group, which spares a round trip a mail. */
  #announce(following?: () => Mail | undefined): string {
    const mail = this.#pipelines ? following?.() : undefined
    if (mail === undefined) return ''
    try {
      const mime = mail.mime()
      const commands = this.#commands(mail, mime.length)
      this.#announced = { mail, mime, commands }
      return inOne(commands)
    } catch {
      // The mail that is under way now must not suffer for the next one, which will say itself what is wrong with it.
      return ''
    }
  }

  /** With PIPELINING (RFC 2920) all commands leave in one segment, and every one of them is answered in turn. */
  async #sendEnvelope(mail: Mail, size: number): Promise<Refusal | undefined> {
    const commands = this.#commands(mail, size)
    if (this.#pipelines) this.#wire.say(inOne(commands))
    return this.#hearEnvelope(commands)
  }

  /** Hears the answers to commands that have left in one piece, or says them one by one. */
  async #hearEnvelope(commands: readonly Command[]): Promise<Refusal | undefined> {
    let refusal: Refusal | undefined
    for (const [stage, command] of commands) {
      if (!this.#pipelines) this.#wire.say(command)
      const reply = await this.#wire.reply(this.#patience.commandMs)
      const taken = digit(reply) === (stage === 'data' ? 3 : 2)
      if (taken && stage === 'sender') this.#senderTaken = true
      if (taken && stage === 'data' && refusal !== undefined) this.#wire.lose('The server wants a mail for nobody.')
      if (!taken) refusal ??= { stage, reply }
      if (refusal !== undefined && (!this.#pipelines || reply.code === 421)) break
    }
    return refusal
  }

  get #pipelines(): boolean {
    return this.#extensions.has('PIPELINING')
  }

  #commands(mail: Mail, size: number): Command[] {
    const { to } = mail.envelope
    const from = this.#returnPaths?.of(mail.deliveryTag) ?? mail.envelope.from
    const parameters = this.#extensions.has('SIZE') ? ` SIZE=${size}` : ''
    const wishes = this.#extensions.has('DSN') ? reportWishes(mail) : { sender: '', recipient: '' }
    const commands: Command[] = [
      ['sender', `MAIL FROM:<${from}>${parameters}${wishes.sender}\r\n`],
      ['recipient', `RCPT TO:<${to}>${wishes.recipient}\r\n`],
      ['data', 'DATA\r\n'],
    ]
    return this.#mustReset ? [['hello', 'RSET\r\n'], ...commands] : commands
  }

  /** A server that refuses the mail half-way and hangs up has told us why; that is better than to say that it hung up. */
  #lossVerdict(loss: Error, mail: Mail): SendResult {
    if (this.#dotWritten) return { kind: 'unknown', reason: `No answer to the finished mail. ${loss.message}` }
    const lastWords = this.#wire.unread
    if (lastWords !== undefined) return verdict('data', lastWords, mail.messageId)
    return { kind: 'tryLater', reason: loss.message, afterMs: reconnectMs }
  }
}

/** How Exim and its like complain of commands that come too early. */
const outOfStep = /synchroni[sz]ation|pipelin/i

const inOne = (commands: readonly Command[]) => commands.map(([, command]) => command).join('')
const digit = (reply: Reply) => Math.floor(reply.code / 100)
