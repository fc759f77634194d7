import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * Cursors are opaque to callers and belong to one list with one filter: the signature covers both, so a cursor of another list,
 * filter or installation is told apart from ours and never reaches a query.
 */
export type Cursors = {
  write(list: readonly unknown[], position: CursorPosition): string
  /** @returns undefined when the text is not a cursor of this list and filter. */
  read(list: readonly unknown[], text: string): CursorPosition | undefined
}

/** The sort key of the last row that the page showed. */
export type CursorPosition = readonly string[]

/** 96 bits: a forged cursor can only move inside a list that its bearer may read anyway. */
const signatureBytes = 12

export function createCursors(secretKey: string): Cursors {
  const sign = (list: readonly unknown[], payload: string) =>
    createHmac('sha256', secretKey)
      .update(JSON.stringify(['cursor', list, payload]))
      .digest()
      .subarray(0, signatureBytes)

  const write: Cursors['write'] = (list, position) => {
    const payload = JSON.stringify(position)
    return Buffer.concat([sign(list, payload), Buffer.from(payload)]).toString('base64url')
  }

  const read: Cursors['read'] = (list, text) => {
    const bytes = Buffer.from(text, 'base64url')
    if (bytes.length <= signatureBytes) return undefined
    const payload = bytes.subarray(signatureBytes).toString()
    if (!timingSafeEqual(bytes.subarray(0, signatureBytes), sign(list, payload))) return undefined
    return JSON.parse(payload) as CursorPosition
  }

  return { write, read }
}
