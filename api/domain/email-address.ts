import { domainToASCII, domainToUnicode } from 'node:url'
import type { Unread } from './reading.ts'

/** RFC 5321 section 4.5.3.1: 64 octets before the @, and 254 in all so that the path with its brackets stays within 256. */
const localPartMax = 64
export const addressMax = 254
/** RFC 1035 section 2.3.4. */
const domainLabelMax = 63

export type AddressReading = { ok: true; address: string } | Unread

/**
 * The one grammar for e-mail addresses: RFC 5321's Dot-string @ domain, and nothing of RFC 5322's quoting, comments, groups or
 * routes, which real guests do not have and which let one field speak for two recipients. What is stored is what is sent: trimmed,
 * in lower case, the domain in ASCII (UTS 46). A local part beyond ASCII needs SMTPUTF8 along the whole way, so it is refused
 * with its reason. Two spellings that differ in case are one guest; `+tags` are kept.
 */
export function readEmailAddress(text: string): AddressReading {
  // Before anything else looks at it: what follows is linear, but a megabyte is no address.
  if (text.length > addressMax * 2) return no('This is too long for an e-mail address.')
  const typed = text.trim()
  if (typed === '') return no('Write an e-mail address, such as amina@example.com.')

  const oddity = oddities.find(([pattern]) => pattern.test(typed))
  if (oddity) return no(oddity[1])

  const at = typed.lastIndexOf('@')
  if (at === -1) return no('An e-mail address has an @ in it, such as amina@example.com.')
  const localPart = typed.slice(0, at).toLowerCase()
  const problem = problemOfLocalPart(localPart)
  if (problem) return no(problem)

  const domain = readDomain(typed.slice(at + 1))
  if (domain === undefined) return no('What stands after the @ is not a domain, such as example.com.')
  const address = `${localPart}@${domain}`
  return address.length > addressMax ? no('This is too long for an e-mail address.') : { ok: true, address }
}

/** Things that people and attackers paste, each with its own word. The first that is found is told. */
const oddities: readonly (readonly [RegExp, string])[] = [
  // oxlint-disable-next-line no-control-regex -- the line breaks and NULs are what is looked for
  [/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/, 'There is a line break or a hidden character in this address.'],
  [/^mailto:/i, 'Leave out “mailto:” and write the address alone.'],
  [/[<>]/, 'Write the address alone, without a name and angle brackets.'],
  [/[,;]/, 'Write one address only.'],
  [/["\\]/, 'Addresses with quotation marks are not supported.'],
  [/[()]/, 'Addresses with comments in brackets are not supported.'],
  [/@\[|\]$/, 'Write the domain’s name after the @, not its number.'],
  [/%|!/, 'Addresses with % or ! would be passed on by another server. Write the address itself.'],
  [/=\?/, 'This address is encoded. Write it as it is shown in a mail program.'],
  [/\s/, 'There is a space in this address.'],
  [/＠/, 'The @ is a wide character. Type it again.'],
  [/@.*@/s, 'There is more than one @ in this address.'],
]

/** RFC 5321 section 4.1.2 and RFC 5322 section 3.2.3: atoms with single dots between them. */
const atoms = /^[a-z0-9#$&'*+/=?^_`{|}~-]+(?:\.[a-z0-9#$&'*+/=?^_`{|}~-]+)*$/

function problemOfLocalPart(localPart: string): string | undefined {
  if (localPart === '') return 'Something is missing before the @.'
  // oxlint-disable-next-line no-control-regex -- everything beyond ASCII
  if (/[^\u0000-\u007f]/.test(localPart)) return 'Before the @, only plain Latin letters can be delivered to.'
  if (localPart.length > localPartMax) return `Before the @ there can be ${localPartMax} characters at most.`
  if (localPart.startsWith('-')) return 'An address does not begin with a dash.'
  if (/^\.|\.$|\.\./.test(localPart)) return 'A dot stands at the edge, or two stand together, before the @.'
  return atoms.test(localPart) ? undefined : 'There is a character before the @ that an address cannot have.'
}

const asciiLabel = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/

/** The domain in ASCII, or undefined. A single label (localhost), a number (127.0.0.1) and broken Punycode are no mail domains. */
function readDomain(text: string): string | undefined {
  if (!/^[\p{L}\p{M}\p{N}.-]+$/u.test(text)) return undefined
  const ascii = domainToASCII(text.toLowerCase())
  const labels = ascii.split('.')
  const last = labels.at(-1)!
  const sound = labels.every(
    (label) => label.length <= domainLabelMax && asciiLabel.test(label) && isSoundPunycode(label),
  )
  return sound && labels.length > 1 && /[a-z]/.test(last) ? ascii : undefined
}

/** RFC 5890 section 2.3.2.1: an A-label stands for a U-label and comes back from it unchanged. */
function isSoundPunycode(label: string): boolean {
  if (!label.startsWith('xn--')) return label.slice(2, 4) !== '--'
  const unicode = domainToUnicode(label)
  return unicode !== '' && !unicode.startsWith('xn--') && domainToASCII(unicode) === label
}

function no(problem: string): Unread {
  return { ok: false, problem }
}
