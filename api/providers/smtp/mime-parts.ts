// What is needed of MIME (RFC 2045, 2046) to find the parts of a report. Every loop has a bound, and no bytes make it throw.

/** Reports have three parts, or four where a list or a gateway has wrapped them. */
const partsMax = 30
const depthMax = 4
/** A mail of the whole has a few kB of headers. */
const headersLengthMax = 100_000
const headersMax = 500

export type Part = {
  /** `text/plain` and so on, in lower case. */
  type: string
  parameters: (name: string) => string | undefined
  headers: Headers
  /** Decoded from its transfer encoding, one character a byte. */
  text: string
}

export type Headers = {
  /** The first of that name, unfolded. */
  get(name: string): string | undefined
  /** All of them as they stand, unfolded, one a line. */
  text: string
}

/** All parts of a mail that are no multiparts themselves, in order; a mail without parts is one part. `first` is its own headers. */
export function readMail(raw: string): { headers: Headers; parts: Part[] } {
  const { headers, body } = split(raw)
  const parts: Part[] = []
  collect(headers, body, parts, 0)
  return { headers, parts }
}

function collect(headers: Headers, body: string, parts: Part[], depth: number): void {
  const type = headers.get('content-type') ?? 'text/plain'
  const parameters = (name: string) => parameterOf(type, name)
  const boundary = parameters('boundary')
  const isMultipart = /^\s*multipart\//i.test(type) && boundary !== undefined && boundary !== ''
  if (!isMultipart || depth >= depthMax) {
    if (parts.length >= partsMax) return
    const name = /^\s*([\w.+-]+\/[\w.+-]+)/.exec(type)?.[1]?.toLowerCase() ?? 'text/plain'
    parts.push({ type: name, parameters, headers, text: decoded(headers, body) })
    return
  }
  for (const piece of pieces(body, boundary)) {
    if (parts.length >= partsMax) return
    const inner = split(piece)
    collect(inner.headers, inner.body, parts, depth + 1)
  }
}

/** What stands between the lines of a boundary; the last one may be missing from a mail that was cut. */
function pieces(body: string, boundary: string): string[] {
  const found: string[] = []
  const line = `--${boundary}`
  let start = -1
  for (let at = next(body, line, 0); at !== -1; at = next(body, line, at + line.length)) {
    if (start !== -1) found.push(body.slice(start, at))
    if (body.startsWith('--', at + line.length) || found.length >= partsMax) return found
    const end = body.indexOf('\n', at)
    start = end === -1 ? body.length : end + 1
  }
  if (start !== -1) found.push(body.slice(start))
  return found
}

/** The next place where the line begins. */
function next(body: string, line: string, from: number): number {
  let at = body.indexOf(line, from)
  while (at > 0 && body[at - 1] !== '\n') at = body.indexOf(line, at + 1)
  return at
}

function split(raw: string): { headers: Headers; body: string } {
  const start = raw.replace(/^\r?\n/, '')
  const isBodyOnly = start.length < raw.length
  const end = isBodyOnly ? undefined : /\r?\n\r?\n/.exec(raw)
  const head = isBodyOnly ? '' : raw.slice(0, end?.index ?? raw.length)
  const body = isBodyOnly ? start : end ? raw.slice(end.index + end[0].length) : ''
  return { headers: readHeaders(head), body }
}

/** Reads a block of headers, or of the fields of a report, which are written alike. */
export function readHeaders(block: string): Headers {
  const text = block.slice(0, headersLengthMax).replace(/\r?\n[ \t]+/g, ' ')
  const all = new Map<string, string>()
  for (const line of text.split(/\r?\n/, headersMax)) {
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase()
    if (name !== '' && !all.has(name)) all.set(name, line.slice(colon + 1).trim())
  }
  return { get: (name) => all.get(name), text }
}

function parameterOf(value: string, name: string): string | undefined {
  const found = new RegExp(`;\\s*${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.){0,1000})"|([^\\s;"]{1,1000}))`, 'i').exec(
    value,
  )
  return found?.[1]?.replace(/\\(.)/g, '$1') ?? found?.[2]
}

const decoders: ReadonlyMap<string, (text: string) => string> = new Map([
  ['base64', (text: string) => Buffer.from(text, 'base64').toString('latin1')],
  ['quoted-printable', (text: string) => text.replace(/=\r?\n/g, '').replace(/=([0-9a-f]{2})/gi, byteOf)],
])

function byteOf(_all: string, code: string): string {
  return String.fromCharCode(Number.parseInt(code, 16))
}

function decoded(headers: Headers, body: string): string {
  const encoding = headers.get('content-transfer-encoding')?.toLowerCase() ?? ''
  return decoders.get(encoding)?.(body) ?? body
}
