import type { Writable } from 'node:stream'

/** A piece is large enough to be quick, and small enough that the flood is the other side's trouble and not ours. */
const pieceLength = 64 * 1024

/** Writes the same bytes again and again until there were so many, or until the other side has had enough. */
export function flood(into: Writable, { bytes, totalBytes }: { bytes: string; totalBytes: number }): void {
  const piece = Buffer.from(bytes.repeat(Math.ceil(pieceLength / bytes.length)), 'latin1')
  let written = 0
  const pour = () => {
    while (!into.destroyed && written < totalBytes) {
      written += piece.length
      if (!into.write(piece)) return void into.once('drain', pour)
    }
  }
  into.on('error', () => undefined)
  pour()
}
