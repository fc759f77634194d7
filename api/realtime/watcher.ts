import type { WatchRight } from '../storage/watch-rights.ts'

/** What those who watch one thing are told at once: written as JSON once for all of them. */
export type Frame = {
  json: string
  /** When it was so, by the database's clock. */
  at: Date
}

/** Why a connection is closed from our side. */
export type CloseReason = 'stopping' | 'idle' | 'slow' | 'dead' | 'forbidden' | 'gone'

/** One open connection, whatever it speaks. */
export type Watcher = {
  /** @throws when the client is gone. */
  send(frame: Frame): void
  /** Bytes that its client has not taken yet. */
  backlog(): number
  /** Says something that means nothing, so that proxies keep the connection and the dead are noticed. */
  beat(): void
  close(reason: CloseReason): void
}

export type Kind = 'message' | 'event'

/** What is watched, by whom, and by which right. `id` is that of the message or of the event itself. */
export type Watch = WatchRight & { kind: Kind; id: string }

/** A watcher in its place. */
export type Seat = {
  watch: Watch
  watcher: Watcher
  /** The reads that had begun when it came: one of them may be older than what its client has seen elsewhere. */
  cameAfter: number
  /** It has been told nothing yet. */
  isNew: boolean
  /** When it was last told something, or came. */
  toldAt: number
}
