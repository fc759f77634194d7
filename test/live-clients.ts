import { get, type IncomingHttpHeaders } from 'node:http'
import { WebSocket } from 'ws'

export type StreamEvent = { id?: string; event?: string; data: string }

type Ask = { cookie?: string; headers?: Record<string, string> }

/** A client of an event stream, which reads it as the HTML standard says. It answers as soon as the headers are there. */
export function openStream(base: string, path: string, { cookie, headers = {} }: Ask = {}) {
  const events: StreamEvent[] = []
  const state = { text: '', comments: 0, retry: 0, isEnded: false }
  type Opened = { status: number; headers: IncomingHttpHeaders }
  const asking = get(`${base}${path}`, { agent: false, headers: { ...(cookie && { cookie }), ...headers } })
  asking.on('error', () => (state.isEnded = true))

  function read(block: string) {
    const event: StreamEvent = { data: '' }
    let lines = 0
    for (const line of block.split('\n')) {
      const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line)!
      if (name === '') state.comments += 1
      else if (name === 'retry') state.retry = Number(value)
      else if (name === 'data') {
        event.data = value
        lines += 1
      } else if (name === 'id' || name === 'event') event[name] = value
    }
    if (lines > 1) throw new Error(`one event has ${lines} lines of data`)
    if (lines === 1) events.push(event)
  }

  return new Promise<ReturnType<typeof clientOf>>((resolve, reject) => {
    asking.once('error', reject)
    asking.once('response', (response) => {
      let rest = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        state.text += chunk
        const blocks = (rest + chunk).split('\n\n')
        rest = blocks.pop()!
        blocks.forEach(read)
      })
      response.on('error', () => {})
      response.on('close', () => (state.isEnded = true))
      resolve(clientOf({ status: response.statusCode!, headers: response.headers }))
    })
  })

  function clientOf({ status, headers: answered }: Opened) {
    return {
      ...{ status, headers: answered, events, state },
      /** The figures that it was told, in their order. */
      figures: () => events.filter(({ event }) => !event).map(({ data }) => JSON.parse(data)),
      close: () => void asking.destroy(),
      pause: () => void asking.socket?.pause(),
    }
  }
}

export type StreamClient = Awaited<ReturnType<typeof openStream>>

/** A WebSocket client; `refused` is the status of an answer that was none. */
export function openSocket(base: string, path: string, { cookie, headers = {} }: Ask = {}) {
  const socket = new WebSocket(base.replace(/^http/, 'ws') + path, {
    headers: { ...(cookie && { cookie }), ...headers },
  })
  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads what it expects, and fails when it is not there
  const frames: any[] = []
  const state: { closed?: number; refused?: number; text: string } = { text: '' }
  socket.on('message', (data) => void frames.push(JSON.parse(String(data))))
  socket.on('error', () => {})
  socket.on('close', (code) => (state.closed = code))
  return new Promise<{ socket: WebSocket; frames: typeof frames; state: typeof state }>((resolve) => {
    const opened = () => resolve({ socket, frames, state })
    socket.once('open', opened)
    socket.once('unexpected-response', (_request, response) => {
      state.refused = response.statusCode
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (state.text += chunk))
      response.on('end', opened)
    })
  })
}
