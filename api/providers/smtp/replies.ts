/** One answer of an SMTP server: the code, the enhanced code if it is of the same class, and all of its text. */
export type Reply = { code: number; enhanced: string | undefined; text: string }

/** RFC 5321 allows 512 octets a line and servers send a few lines. A peer that goes on beyond this is broken or hostile. */
const replyLengthMax = 64 * 1024

const replyLine = /^([2-5]\d\d)(?:([ -])(.*))?$/
const enhancedCode = /^([245]\.\d{1,3}\.\d{1,3})(?:\s|$)/

/** Puts replies together from whatever pieces arrive, and holds on to no more than one reply's worth of them. */
export class ReplyReader {
  #pending = ''
  #lines: string[] = []
  #length = 0

  /**
   * Lets each reply be heard as it is complete: what comes behind one, however broken, takes nothing back of it.
   * @throws Error when the peer does not speak SMTP or does not come to an end.
   */
  read(chunk: string, hear: (reply: Reply) => void): void {
    this.#pending += chunk
    for (let end = this.#pending.indexOf('\n'); end !== -1; end = this.#pending.indexOf('\n')) {
      const line = this.#pending.slice(0, end).trimEnd()
      this.#pending = this.#pending.slice(end + 1)
      if (line === '' && this.#lines.length === 0) continue
      const reply = this.#take(line)
      if (reply !== undefined) hear(reply)
    }
    if (this.#length + this.#pending.length > replyLengthMax) throw new Error('The server sent a reply without end.')
  }

  #take(line: string): Reply | undefined {
    const [, code, mark, text = ''] = replyLine.exec(line) ?? []
    if (code === undefined) throw new Error(`The server does not speak SMTP: ${JSON.stringify(line.slice(0, 80))}`)
    this.#lines.push(text)
    this.#length += line.length
    if (mark === '-') {
      if (this.#length > replyLengthMax) throw new Error('The server sent a reply without end.')
      return undefined
    }
    const lines = this.#lines
    this.#lines = []
    this.#length = 0
    return replyOf(Number(code), lines)
  }
}

/** Reads a reply as text, as nodemailer hands it over while it opens a connection. */
export function parseReply(response: string): Reply | undefined {
  const lines = response.split('\n').map((line) => replyLine.exec(line.trimEnd()))
  const code = lines.at(-1)?.[1]
  return code === undefined
    ? undefined
    : replyOf(
        Number(code),
        lines.map((line) => line?.[3] ?? ''),
      )
}

/** An enhanced code of another class than the code is a mistake of the server's; the code decides. */
function replyOf(code: number, lines: readonly string[]): Reply {
  const enhanced = enhancedCode.exec(lines[0] ?? '')?.[1]
  const agrees = enhanced?.startsWith(String(code).slice(0, 1)) ?? false
  return { code, enhanced: agrees ? enhanced : undefined, text: lines.join('\n') }
}
