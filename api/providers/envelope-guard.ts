import { addressMax } from '../domain/email-address.ts'
import type { Mail } from '../domain/mail.ts'
import type { SendResult } from '../domain/send-result.ts'

/**
 * One address and nothing else: no space or control character, which would end a command; no comma or semicolon, which would
 * make two recipients of one; no angle bracket, which would end the path. Addresses are stored in ASCII and without quoting,
 * so nothing that a guest can have is left out.
 */
const oneAddress = /^[^\s<>,;:"\\()[\]@]+@[^\s<>,;:"\\()[\]@]+$/
const printable = /^[!-~]+$/

/** @returns why this mail must not go near a wire, or undefined when its envelope is one sender and one recipient. */
export function envelopeFault({ envelope }: Mail): SendResult | undefined {
  if (!isOneAddress(envelope.from)) {
    return { kind: 'misconfigured', reason: `The return path ${quoted(envelope.from)} is not one plain address.` }
  }
  if (!isOneAddress(envelope.to)) {
    return { kind: 'rejected', reason: `${quoted(envelope.to)} is not one plain address.`, badAddress: true }
  }
  return undefined
}

function isOneAddress(address: string): boolean {
  return address.length <= addressMax && printable.test(address) && oneAddress.test(address)
}

const quoted = (address: string) => JSON.stringify(address.slice(0, addressMax))
