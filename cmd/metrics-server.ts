import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Registry } from 'prom-client'
import { ConfigurationError } from '../api/providers/provider.ts'

export type MetricsServer = { address: string; close(): Promise<void> }

/** A scrape is one short request; whoever is slower than this is not Prometheus. */
const requestTimeoutMs = 5000
/** Two collectors and a curious operator. */
const connectionsMax = 20

/**
 * Serves `GET /metrics` and nothing else, on a port of its own: figures are for whoever watches the machines, not for the web.
 * `refresh` is awaited before each answer.
 * @throws ConfigurationError when the port is taken, which on one machine means another process of ours.
 */
export async function serveMetrics(
  registry: Registry,
  refresh: () => Promise<void>,
  { port, host }: { port: number; host: string },
): Promise<MetricsServer> {
  const server = createServer({ requestTimeout: requestTimeoutMs }, (request, response) => {
    const isAsked = request.method === 'GET' && request.url?.split('?')[0] === '/metrics'
    if (!isAsked) return void response.writeHead(404).end()
    void answer().then(
      (text) =>
        response.writeHead(200, { 'content-type': registry.contentType, 'cache-control': 'no-store' }).end(text),
      () => response.writeHead(500).end(),
    )
  })
  server.maxConnections = connectionsMax

  async function answer() {
    await refresh()
    return registry.metrics()
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(inWords(error, port, host)))
    server.listen(port, host, resolve)
  })
  const { address, port: given, family } = server.address() as AddressInfo
  return {
    address: `http://${family === 'IPv6' ? `[${address}]` : address}:${given}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const troubles: Record<string, string> = {
  EADDRINUSE: 'is taken already',
  EACCES: 'needs a privilege that this process does not have',
  EADDRNOTAVAIL: 'can not be had, for HOST is no address of this machine',
  ENOTFOUND: 'can not be had, for HOST is not known',
}

function inWords(error: NodeJS.ErrnoException, port: number, host: string): Error {
  const trouble = troubles[error.code ?? '']
  if (!trouble) return error
  return new ConfigurationError(
    `METRICS_PORT ${port} on ${host} ${trouble}. On one machine each process needs a port of its own; leave it empty to have no metrics.`,
  )
}
