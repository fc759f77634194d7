import type { Mailbox } from '../../domain/mail.ts'
import { encodeWords, needsWords } from './encoded-word.ts'

/** RFC 5322 section 2.1.1 asks for 78, RFC 2047 section 2 for 76 where words are encoded. */
const lineMax = 76

/** A word longer than this cannot be folded under RFC 5322's 998 for certain, so it is encoded, which can be cut anywhere. */
const wordMax = 70

/** RFC 5322's dot-atom on both sides: what `domain` lets in as an address. Nothing here can end a line or begin another address. */
const plainAddress = /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~.]+@[A-Za-z0-9.-]+$/

/** The last wall: a value that could end its header line, or that is not ASCII, is a mistake of ours and never leaves. */
export function assertHeaderSafe(value: string): string {
  if (!/^[\x20-\x7E]*$/.test(value)) throw new Error('A header may hold printable ASCII only')
  return value
}

/** @throws for an address that is not one plain mailbox. Such an address is refused long before a mail is made. */
export function assertAddress(address: string): string {
  if (!plainAddress.test(address)) throw new Error('Not an address that a mail can be sent to')
  return address
}

/** A header whose value is free text, such as Subject: `Name: value`, folded, without the last line end. */
export function textHeader(name: string, value: string): string {
  const column = name.length + 2
  // Readers disagree on runs of blanks where a line was folded; inside encoded words nobody touches them.
  if (needsWords(value) || value.includes('  ') || value.split(' ').some((word) => word.length > wordMax)) {
    return `${name}: ${encodeWords(value, column)}`
  }
  return fold(`${name}: ${assertHeaderSafe(value)}`)
}

/** `Name: "Display name" <address>`, folded. */
export function mailboxHeader(name: string, mailbox: Mailbox): string {
  const address = assertAddress(mailbox.address)
  if (!mailbox.name) return fold(`${name}: ${address}`)
  return foldBefore(`${name}: ${phrase(mailbox.name, name.length + 2)}`, `<${address}>`)
}

/** RFC 2919: a name for people and an id for filters. */
export function listIdHeader(label: string, id: string): string {
  return foldBefore(`List-Id: ${phrase(label, 'List-Id: '.length)}`, `<${assertHeaderSafe(id)}>`)
}

/** A header of ours, plain ASCII, that goes on the next line as a whole when it is too long: addresses have no place to fold. */
export function plainHeader(name: string, value: string): string {
  return foldBefore(`${name}:`, assertHeaderSafe(value))
}

/** The value of a folded header as one line, for providers that build the mail themselves. */
export function unfold(header: string): [name: string, value: string] {
  const colon = header.indexOf(':')
  return [
    header.slice(0, colon),
    header
      .slice(colon + 1)
      .replaceAll('\r\n', '')
      .trim(),
  ]
}

/** A display name: as it is when it is made of plain words, quoted when it has punctuation, else as encoded words. */
function phrase(name: string, column: number): string {
  if (needsWords(name) || name.length > wordMax) return encodeWords(name, column)
  const isAtoms = /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+(?: [A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+)*$/.test(name)
  return isAtoms ? name : `"${assertHeaderSafe(name).replace(/["\\]/g, '\\$&')}"`
}

function foldBefore(header: string, last: string): string {
  const line = header.slice(header.lastIndexOf('\n') + 1)
  return `${header}${line.length + 1 + last.length > lineMax ? '\r\n' : ''} ${last}`
}

/** RFC 5322 section 2.2.3: a line end before a blank changes nothing. */
function fold(header: string): string {
  if (header.length <= lineMax) return header
  let folded = ''
  let column = 0
  for (const word of header.match(/\s*\S+/g) ?? []) {
    if (column > 0 && column + word.length > lineMax && word.startsWith(' ')) {
      folded += '\r\n'
      column = 0
    }
    folded += word
    column += word.length
  }
  return folded
}
