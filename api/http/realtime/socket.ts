import type { WebSocket } from 'ws'
import { closeCodes, type ClientFrame } from '../../contract/realtime.ts'
import { backlogBytesMax } from '../../realtime/seats.ts'
import type { CloseReason, Kind, Watcher } from '../../realtime/watcher.ts'

/** A beat comes every ten seconds; who has not answered a ping by the next one, half a minute later, is dead. */
const beatsPerPing = 3

/** A client that was told goodbye may answer; one that does not is cut off. */
const farewellMs = 1000

/** A browser's WebSocket as a watcher. A client's ping is answered; whatever else it says is passed over. */
export function watcherOf(socket: WebSocket, kind: Kind, onEnd: () => void): Watcher {
  let beats = 0
  let isAlive = true
  socket.once('close', onEnd)
  socket.on('pong', () => (isAlive = true))
  socket.on('message', (data) => {
    if (isPing(String(data)) && socket.bufferedAmount < backlogBytesMax) socket.send('{"type":"pong"}')
  })

  return {
    send({ json }) {
      if (socket.readyState !== socket.OPEN) throw new Error('the client has left')
      socket.send(kind === 'message' ? `{"type":"message",${json.slice(1)}` : json)
    },
    backlog: () => socket.bufferedAmount,
    beat() {
      beats = (beats + 1) % beatsPerPing
      if (beats !== 0) return
      if (!isAlive) throw new Error('the client did not answer')
      isAlive = false
      socket.ping()
    },
    close(reason: CloseReason) {
      if (reason === 'dead' || reason === 'slow') return socket.terminate()
      socket.close(closeCodes[reason], reason)
      setTimeout(() => socket.terminate(), farewellMs).unref()
    },
  }
}

function isPing(text: string): boolean {
  try {
    return (JSON.parse(text) as ClientFrame | null)?.type === 'ping'
  } catch {
    return false
  }
}
