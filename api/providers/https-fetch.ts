import { request } from 'node:https'

export type SmallFetch = (url: URL, limits: { bytesMax: number; timeoutMs: number }) => Promise<string>

/**
 * Reads a small document over https, whole or not at all: one answer of 200, within a time and a size, and never by way of a redirect,
 * which would lead to where nobody has looked. `trust` is for servers of tests, whose certificates no authority of the world has signed.
 */
export function httpsFetch(trust: { ca?: string; connectTo?: { host: string; port: number } } = {}): SmallFetch {
  return (url, { bytesMax, timeoutMs }) =>
    new Promise((resolve, reject) => {
      const { hostname, pathname, search } = url
      const where = trust.connectTo ?? { host: hostname, port: 443 }
      const options = {
        ...where,
        path: pathname + search,
        servername: hostname,
        headers: { host: hostname },
        agent: false as const,
        signal: AbortSignal.timeout(timeoutMs),
        ...(trust.ca !== undefined && { ca: trust.ca }),
      }
      const asked = request(options, (answer) => {
        if (answer.statusCode !== 200) {
          answer.destroy()
          return reject(new Error(`${hostname} answered ${answer.statusCode}`))
        }
        const chunks: Buffer[] = []
        let bytes = 0
        answer.on('data', (chunk: Buffer) => {
          bytes += chunk.length
          chunks.push(chunk)
          if (bytes > bytesMax) answer.destroy(new Error(`${hostname} answered more than ${bytesMax} bytes`))
        })
        answer.on('error', reject)
        answer.on('end', () => resolve(Buffer.concat(chunks).toString()))
      })
      asked.on('error', reject)
      asked.end()
    })
}
