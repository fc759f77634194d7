import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** How the network behaves from now on. Everything is off until a test turns it on. */
export type Weather = {
  /** Each piece waits this long in each direction. */
  latencyMs: number
  /** The narrowest place of the way; pieces leave as fast as it allows. */
  bytesPerSecond: number
  /** Takes everything and passes nothing on, goodbyes included, until it is switched off: then what was held goes on its way. */
  blackHole: boolean
  /** New connections are reset at once. */
  refusing: boolean
}

/** Cuts the connection that carries this text. `after` the answer: the server has done the work, and nobody hears of it. */
type Cut = {
  when: 'beforeQuery' | 'afterAnswer'
  text: string
  left: number
  isWholeAnswer: (answer: Buffer) => boolean
}

export type TcpProxy = Awaited<ReturnType<typeof startTcpProxy>>

/** Stands between two processes and is their bad network. `to` is a port on 127.0.0.1, and may change when a server comes back. */
export async function startTcpProxy(to: number) {
  const calm: Weather = { latencyMs: 0, bytesPerSecond: Infinity, blackHole: false, refusing: false }
  const weather: Weather = { ...calm }
  const pairs = new Set<Pair>()
  const cuts: Cut[] = []
  let upstreamPort = to
  let cutsMade = 0

  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    if (weather.refusing) return void client.on('error', () => undefined).resetAndDestroy()
    const upstream = connect({ port: upstreamPort, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
    const pair = new Pair(client, upstream, weather, cutFor)
    pairs.add(pair)
    client.on('close', () => pairs.delete(pair))
  })

  /** Asked with every piece that a client says. */
  function cutFor(said: Buffer): Cut | undefined {
    const cut = cuts.find(({ left, text }) => left > 0 && said.includes(text))
    if (cut) {
      cut.left -= 1
      cutsMade += 1
    }
    return cut
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  return {
    port,
    weather,
    /** Ends every kind of bad weather. */
    clear: () => void Object.assign(weather, calm),
    leadTo: (newPort: number) => void (upstreamPort = newPort),
    connections: () => pairs.size,
    /** Resets all connections that are open now. */
    cutAll() {
      for (const pair of pairs) pair.cut()
    },
    /** All connections that are open now fall silent for ever, without a goodbye; new ones are as good as ever. */
    deafen() {
      for (const pair of pairs) pair.deafen()
    },
    /** The next `times` pieces with this text never arrive, and their connection is reset. */
    cutBefore: (text: string, times = 1) =>
      void cuts.push({ when: 'beforeQuery', text, left: times, isWholeAnswer: () => false }),
    /** What this text asks for is done, and its whole answer is swallowed; then the connection is reset. */
    cutAfter: (text: string, isWholeAnswer: (answer: Buffer) => boolean, times = 1) =>
      void cuts.push({ when: 'afterAnswer', text, left: times, isWholeAnswer }),
    cutsMade: () => cutsMade,
    async close() {
      for (const pair of pairs) pair.cut()
      server.close()
      if (server.listening) await once(server, 'close')
    },
  }
}

/** PostgreSQL ends each answer with "ready for query"; with state I the transaction is over, and so it is committed. */
export function isCommitted(answer: Buffer): boolean {
  return answer.subarray(-6).equals(Buffer.from('Z\0\0\0\x05I', 'latin1'))
}

/** While the network is a black hole, we look this often whether it still is. */
const lookEveryMs = 20

class Pair {
  readonly #client: Socket
  readonly #upstream: Socket
  readonly #weather: Weather
  #deaf = false
  #swallowed: { answer: Buffer; cut: Cut } | undefined

  constructor(client: Socket, upstream: Socket, weather: Weather, cutFor: (said: Buffer) => Cut | undefined) {
    this.#client = client
    this.#upstream = upstream
    this.#weather = weather
    this.#lead(client, upstream, (piece) => this.#hearsCut(cutFor(piece)))
    this.#lead(upstream, client, (piece) => this.#swallows(piece))
  }

  cut(): void {
    for (const socket of [this.#client, this.#upstream]) socket.resetAndDestroy()
  }

  deafen(): void {
    this.#deaf = true
  }

  /** @returns whether the piece goes no further. */
  #hearsCut(cut: Cut | undefined): boolean {
    if (cut?.when === 'beforeQuery') this.cut()
    if (cut?.when === 'afterAnswer') this.#swallowed = { answer: Buffer.alloc(0), cut }
    return cut?.when === 'beforeQuery'
  }

  #swallows(piece: Buffer): boolean {
    if (!this.#swallowed) return false
    this.#swallowed.answer = Buffer.concat([this.#swallowed.answer, piece])
    if (this.#swallowed.cut.isWholeAnswer(this.#swallowed.answer)) this.cut()
    return true
  }

  /** Passes on what one side says, in order, as the weather allows. */
  #lead(from: Socket, into: Socket, stops: (piece: Buffer) => boolean): void {
    let last = Promise.resolve()
    const then = (act: () => void) => (last = last.then(() => this.#passage(0)).then(act))
    from.on('data', (piece: Buffer) => {
      from.pause()
      last = last.then(async () => {
        await this.#passage(piece.length)
        if (!stops(piece) && !into.destroyed) into.write(piece)
        from.resume()
      })
    })
    from.on('end', () => then(() => into.end()))
    from.on('error', () => then(() => into.resetAndDestroy()))
    from.on('close', () => then(() => into.destroy()))
  }

  async #passage(bytes: number): Promise<void> {
    const { latencyMs, bytesPerSecond } = this.#weather
    const ms = latencyMs + (bytes * 1000) / bytesPerSecond
    if (ms > 0) await sleep(ms)
    while ((this.#weather.blackHole || this.#deaf) && !this.#client.destroyed) await sleep(lookEveryMs)
  }
}
