export type Mailbox = { name?: string; address: string }

export type MailAttachment = { filename: string; contentType: string; content: string }

/**
 * One guest's mail, ready for any provider. It is the same, byte for byte, on every attempt of one delivery and generation:
 * that is what lets a provider recognise a repeat.
 */
export interface Mail {
  /** `{messageId}_{seq}_{generation}`: tag of the call and part of the Message-ID, so that feedback finds its row. */
  readonly deliveryTag: string
  /** `{messageId}-{seq}-{generation}`, for providers that de-duplicate single calls. */
  readonly idempotencyKey: string
  /** The Message-ID header's value, angle brackets included. */
  readonly messageId: string
  /** Should its answer be lost, it is not sent again on suspicion: a provider that can report success is asked to, for it is the only proof. */
  readonly wantsProof?: boolean
  /** SMTP envelope. `to` is byte for byte the address stored with the delivery. */
  readonly envelope: { readonly from: string; readonly to: string }
  /** The parts, for HTTP providers that build the mail themselves. */
  parts(): MailParts
  /** The whole RFC 5322 message, CRLF line ends, every character below 128 and no line over 998, for SMTP and raw calls. */
  mime(): string
}

/** A delivery's Message-ID, `<{messageId}.{seq}.{generation}@{domain}>`: who knows the row knows what its mail is called. */
export function messageIdOf(row: { messageId: string; seq: number; generation: number }, domain: string): string {
  return `<${row.messageId}.${row.seq}.${row.generation}@${domain}>`
}

/** Whether `name` is the Message-ID of the row's first generation, whoever the sender is. */
export function isFirstMessageIdOf({ messageId, seq }: { messageId: string; seq: number }, name: string): boolean {
  return name.startsWith(messageIdOf({ messageId, seq, generation: 1 }, '').slice(0, -1))
}

export type MailParts = {
  from: Mailbox
  replyTo?: Mailbox
  to: Mailbox
  subject: string
  html: string
  text: string
  /** Headers beyond the address, subject, date and MIME ones; names as written, values without line breaks. */
  headers: readonly (readonly [name: string, value: string])[]
  attachments: readonly MailAttachment[]
}
