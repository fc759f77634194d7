import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { flood } from './flood.ts'

/**
 * What to do with the next `times` (default 1) requests instead of answering properly. With `accept` the request is worked on
 * first: the provider has the mail, and only its answer goes wrong.
 */
export type HttpFault = {
  times?: number
  accept?: boolean
  /** Waits this long before anything else. */
  delayMs?: number
  /** Only requests whose body holds this text. */
  body?: string
} & (
  | { doing: 'answer'; status: number; text: string; headers?: Record<string, string> }
  | { doing: 'reset' | 'hang' }
  /** Sends the headers and half of the proper answer, and then resets or hangs. */
  | { doing: 'cutBody' | 'hangInBody' }
  /** An answer that goes on and on, for so many bytes. */
  | { doing: 'flood'; status: number; bytes: string; totalBytes: number }
)

export type HttpRequest = { method: string; path: string; headers: IncomingMessage['headers']; body: string }
export type HttpAnswer = { status: number; headers?: Record<string, string>; text: string }

/** Everything that two HTTP peers have in common: a port, a log of requests, and a plan of what goes wrong. */
export async function startHttpPeer(work: (request: HttpRequest) => Promise<HttpAnswer>, port = 0) {
  const plans: (HttpFault & { left: number })[] = []
  const requests: HttpRequest[] = []

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await read(incoming)
    requests.push(request)
    const fault = plans.find(({ left, body }) => left > 0 && request.body.includes(body ?? ''))
    if (fault === undefined) return send(response, await work(request))
    fault.left -= 1
    if (fault.delayMs) await new Promise((resolve) => setTimeout(resolve, fault.delayMs))
    const proper = fault.accept ? await work(request) : { status: 200, text: '{"id":"a mail that was never accepted"}' }
    misbehave(response, fault, proper)
  }

  const server = createServer((incoming, response) => void handle(incoming, response))
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Every request that came in, accepted or not. */
    requests,
    plan: (fault: HttpFault) => void plans.push({ ...fault, left: fault.times ?? 1 }),
    async close() {
      server.closeAllConnections()
      server.close()
      if (server.listening) await once(server, 'close')
    },
  }
}

function misbehave(response: ServerResponse, fault: HttpFault, proper: HttpAnswer): void {
  if (fault.doing === 'answer') return send(response, fault)
  if (fault.doing === 'flood') flood(response.writeHead(fault.status), fault)
  if (fault.doing === 'reset') response.socket?.resetAndDestroy()
  if (fault.doing === 'cutBody' || fault.doing === 'hangInBody') {
    response.writeHead(proper.status, { ...proper.headers, 'content-length': Buffer.byteLength(proper.text) })
    response.write(proper.text.slice(0, proper.text.length / 2), () => {
      if (fault.doing === 'cutBody') response.socket?.resetAndDestroy()
    })
  }
}

function send(response: ServerResponse, { status, headers, text }: HttpAnswer): void {
  response.writeHead(status, headers).end(text)
}

async function read(incoming: IncomingMessage): Promise<HttpRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const { method = 'GET', url = '/', headers } = incoming
  return { method, path: url, headers, body: Buffer.concat(chunks).toString() }
}
