import { messageLabel } from '../../api/domain/message-label.ts'
import type { Hold } from '../../api/storage/hold.ts'
import type { OperatorMessage } from '../../api/storage/operator-messages.ts'

/** Instants are UTC, for servers and operators live in different zones. */
export function instant(at: Date | null): string {
  return at ? `${at.toISOString().slice(0, 16).replace('T', ' ')}Z` : '-'
}

const units: readonly [number, string][] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
]

/** 95000 -> "1 min 35 s": two units say enough. */
export function duration(ms: number): string {
  const at = units.findIndex(([size]) => ms >= size)
  if (at === -1) return '0 s'
  const [size, name] = units[at]!
  const smaller = units[at + 1]
  const rest = smaller ? Math.floor((ms % size) / smaller[0]) : 0
  return `${Math.floor(ms / size)} ${name}${smaller && rest > 0 ? ` ${rest} ${smaller[1]}` : ''}`
}

export function mails(count: number): string {
  return count === 1 ? '1 mail' : `${count} mails`
}

export function addresses(count: number): string {
  return count === 1 ? '1 address' : `${count} addresses`
}

export function deliveries(count: number): string {
  return count === 1 ? '1 delivery' : `${count} deliveries`
}

export function messages(count: number): string {
  return count === 1 ? '1 message' : `${count} messages`
}

/** How a message is called in a line: what people see, and what machines need. */
export function named(message: OperatorMessage): string {
  return `"${messageLabel(message)}" (${message.id})`
}

/** Said first wherever somebody asks why nothing gets on. */
export function holdLine({ since, heldBy, reason }: Hold): string {
  return `ON HOLD since ${instant(since)} by ${heldBy}${reason ? `: ${reason.replace(/\.$/, '')}` : ''}. To end it: tidings release`
}
