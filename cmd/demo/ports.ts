import { createServer, type AddressInfo, type Server } from 'node:net'

/** How many ports above the wanted one are tried before the operating system picks one. */
const triesMax = 20

/** Listens on `wanted`, or on the next free port above it. 0 = any. Loopback only, unless a host is given. */
export async function listenOnFreePort(server: Server, wanted: number, host = '127.0.0.1'): Promise<number> {
  const candidates = wanted === 0 ? [] : Array.from({ length: triesMax }, (_, step) => wanted + step)
  for (const port of [...candidates, 0]) {
    if (await listens(server, port, host)) return (server.address() as AddressInfo).port
  }
  throw new Error(`No free port from ${wanted} on.`)
}

/** The first free port from `wanted` on, for a process that will listen there in a moment. */
export async function freePortFrom(wanted: number, host?: string): Promise<number> {
  const probe = createServer()
  const port = await listenOnFreePort(probe, wanted, host)
  await new Promise((resolve) => probe.close(resolve))
  return port
}

function listens(server: Server, port: number, host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => {
      server.off('listening', ready)
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false)
      else reject(error)
    }
    const ready = () => {
      server.off('error', failed)
      resolve(true)
    }
    server.once('error', failed)
    server.once('listening', ready)
    server.listen(port, host)
  })
}
