import type { OutgoingHttpHeaders } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { CloseReason, Watcher } from '../../realtime/watcher.ts'

/** How long a browser waits before it opens a stream again that has ended. */
const retryAfterMs = 3000

/** What a client that reads gets in this time, after the end of its stream; one that does not is cut off. */
const farewellMs = 1000

/** A browser repeats the id that it saw last. One far ahead of our clock is none of ours. */
const clockSkewMaxMs = 60_000

const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  // No cache on the way may keep it, or squeeze it: both would hold back what has to arrive now.
  'cache-control': 'no-cache, no-transform',
  connection: 'keep-alive',
  'x-accel-buffering': 'no',
  'access-control-allow-methods': 'GET',
}

/** Turns the answer into a stream of events (the EventSource of browsers). The reply is ours from here on. */
export function openEventStream(request: FastifyRequest, reply: FastifyReply, onEnd: () => void): Watcher {
  reply.hijack()
  const { raw } = reply
  raw.once('close', onEnd)
  // Its client is gone; 'close' follows.
  raw.on('error', () => {})
  raw.writeHead(200, { ...(reply.getHeaders() as OutgoingHttpHeaders), ...streamHeaders })
  raw.write(`retry: ${retryAfterMs}\n\n`)
  let lastId = readLastId(request)

  return {
    send({ json, at }) {
      if (raw.destroyed || raw.writableEnded) throw new Error('the client has left')
      lastId = Math.max(lastId + 1, at.getTime())
      raw.write(`id: ${lastId}\ndata: ${json}\n\n`)
    },
    backlog: () => raw.writableLength,
    beat: () => void raw.write(':\n\n'),
    close(reason: CloseReason) {
      if (reason === 'dead' || reason === 'slow') return void raw.destroy()
      // A message handler does not hear this one: it is for those who want to know whether to come again.
      raw.end(`event: close\ndata: {"reason":"${reason}"}\n\n`, () => raw.socket?.end())
      setTimeout(() => raw.destroy(), farewellMs).unref()
    },
  }
}

/** The ids of a stream that goes on rise from there, on whichever process, so that nobody takes the newer for the older. */
function readLastId({ headers }: FastifyRequest): number {
  const id = Number(headers['last-event-id'])
  return Number.isSafeInteger(id) && id > 0 && id < Date.now() + clockSkewMaxMs ? id : 0
}
