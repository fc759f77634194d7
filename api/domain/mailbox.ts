import type { Mailbox } from './mail.ts'

/** Reads a configured sender: `Name <address>`, `"Name" <address>` or an address alone. Its shape is checked when a process starts. */
export function parseMailbox(text: string): Mailbox {
  const named = /^(.*)<([^<>]*)>\s*$/s.exec(text)
  if (!named) return { address: text.trim() }
  const name = named[1]!.trim().replace(/^"(.*)"$/s, '$1')
  const address = named[2]!.trim()
  return name === '' ? { address } : { name, address }
}
