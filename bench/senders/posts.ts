import { connect } from 'node:net'

/** As many as Svix has open to one customer in a busy minute. */
const connections = 64

/**
 * Posts ready-made requests over connections that stay open, each as soon as the last one is answered, and reads no more of an answer than
 * its status: a client that costs as little as can be, for it shares the machine with the server.
 * @returns how many of them were answered with each status.
 */
export async function postAll(url: URL, requests: readonly Buffer[]): Promise<Map<string, number>> {
  const statuses = new Map<string, number>()
  let next = 0
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(Number(url.port), url.hostname)
      let answer = ''
      const send = () => (next < requests.length ? socket.write(requests[next++]!) : socket.end())
      socket.setNoDelay()
      socket.on('connect', send)
      socket.on('data', (chunk) => {
        answer += chunk.toString('latin1')
        const end = answer.indexOf('\r\n\r\n')
        const length = Number(/content-length: (\d+)/i.exec(answer)?.[1] ?? Number.NaN)
        if (end === -1 || answer.length < end + 4 + length) return
        const status = answer.slice(9, 12)
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        answer = ''
        send()
      })
      socket.on('error', reject)
      socket.on('close', () => resolve())
    })
  await Promise.all(Array.from({ length: connections }, work))
  return statuses
}

export function rawPost(path: string, body: string, headers: Record<string, string>): Buffer {
  const lines = Object.entries({ host: 'localhost', ...headers, 'content-length': Buffer.byteLength(body) })
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
  )
}
