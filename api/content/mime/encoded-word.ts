/** RFC 2047 section 2: an encoded word has at most 75 characters, and so has a line with one in it, but for the blank before it. */
const wordMax = 75
const lineMax = 76

const opening = '=?utf-8?B?'
const closing = '?='

/** Text that cannot stand in a header as it is: not ASCII, or looking like an encoded word already, which would be decoded. */
export function needsWords(text: string): boolean {
  return !/^[\x20-\x7E]*$/.test(text) || text.includes('=?')
}

/**
 * RFC 2047 encoded words, cut between code points, one a line. A reader joins them without the blanks between.
 * @param column what stands before the first word on its line.
 */
export function encodeWords(text: string, column: number): string {
  const words: string[] = []
  let word = ''
  let bytes = 0
  for (const char of text) {
    const size = Buffer.byteLength(char)
    if (bytes + size > roomFor(words.length === 0 ? column : 1)) {
      words.push(word)
      word = ''
      bytes = 0
    }
    word += char
    bytes += size
  }
  return [...words, word].map((part) => opening + Buffer.from(part).toString('base64') + closing).join('\r\n ')
}

/** How many bytes fit into a word that begins at this column. */
function roomFor(column: number): number {
  const characters = Math.min(wordMax, lineMax - column) - opening.length - closing.length
  return Math.floor(characters / 4) * 3
}
