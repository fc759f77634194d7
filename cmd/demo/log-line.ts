/** One line of a process's JSON log. */
export type LogLine = Record<string, unknown> & { msg?: string; level?: number }

/** A thrown error prints its name and up to ten lines of stack; a few of them nested fit as well. */
const plainLinesMax = 40

/** pino's number for "error". */
const errorLevel = 50

/** The line with which a process says that it is up, or nothing. */
export function readyLine(line: string): LogLine | undefined {
  const parsed = parse(line)
  return parsed && (parsed.ready === true || /^ready\b/.test(String(parsed.msg))) ? parsed : undefined
}

/** Remembers what a process said last about its trouble: its last error, or its last plain lines when it could not even log. */
export class LastWords {
  #error: string | undefined
  #plain: string[] = []

  hear(line: string) {
    const parsed = parse(line)
    if (parsed && Number(parsed.level) >= errorLevel) this.#error = inWords(parsed)
    if (!parsed && line.trim()) this.#plain = [...this.#plain, line.trim()].slice(-plainLinesMax)
  }

  orElse(words: string): string {
    const thrown = this.#plain.find((line) => /^\w*Error\b/.test(line))
    return this.#error ?? thrown ?? (this.#plain.join('\n') || words)
  }
}

function inWords({ msg, err }: LogLine): string {
  const cause = typeof err === 'object' && err !== null && 'message' in err ? String(err.message) : ''
  return msg && cause && !msg.includes(cause) ? `${msg}: ${cause}` : msg || cause || 'an error without words'
}

function parse(line: string): LogLine | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line) as LogLine
  } catch {
    return undefined
  }
}
