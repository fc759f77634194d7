import type { CloseReason } from './watcher.ts'

/** What the live view counts of itself. Handed in; without one nobody counts. */
export type Meter = {
  /** One thing that changed, told to so many, after so long from the read to the last write. */
  broadcast(frames: number, ms: number): void
  closed(reason: CloseReason): void
  /** A read for lost hints. */
  caughtUp(): void
  /** Others could not be told that something changed. */
  announcementFailed(): void
}
