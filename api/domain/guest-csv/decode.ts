import { read, unread, type Reading } from '../reading.ts'

/** Files that people take for CSV. They are refused by their first bytes, so that nothing is ever unpacked. */
const strangers: readonly (readonly [firstBytes: readonly number[], name: string])[] = [
  [[0x50, 0x4b, 0x03, 0x04], 'an Excel or ZIP file'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'an old Excel file'],
  [[0x1f, 0x8b], 'a compressed file'],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF'],
]

const byteOrderMarks: readonly (readonly [firstBytes: readonly number[], encoding: string])[] = [
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
]

/**
 * Turns the bytes of a file into text: UTF-16 when it begins with that byte order mark, else UTF-8, with or without one. Bytes that
 * are no UTF-8 are read as Windows-1252, which is what spreadsheets on Windows write and what every byte has a meaning in.
 */
export function decodeCsv(bytes: Uint8Array): Reading<string> {
  const stranger = strangers.find(([firstBytes]) => beginsWith(bytes, firstBytes))
  if (stranger) return unread(`This is ${stranger[1]}. Save the list as CSV, then import that.`)

  const marked = byteOrderMarks.find(([firstBytes]) => beginsWith(bytes, firstBytes))
  const text = marked ? decode(bytes, marked[1]) : (decode(bytes, 'utf-8') ?? decode(bytes, 'windows-1252'))
  // Without a byte order mark, UTF-16 looks like every other byte being zero.
  if (text === undefined || text.includes('\0'))
    return unread('This is not a text file. Save the list as CSV in UTF-8.')
  return read(text)
}

function decode(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function beginsWith(bytes: Uint8Array, firstBytes: readonly number[]): boolean {
  return firstBytes.every((byte, i) => bytes[i] === byte)
}
