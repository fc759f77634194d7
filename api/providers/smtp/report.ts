import { bounceClassOf } from '../../domain/bounce-class.ts'
import { readDeliveryTag, type DeliveryKey, type Feedback } from '../../domain/feedback.ts'
import { addressOf, detailOf } from '../webhook.ts'
import { readHeaders, type Headers, type Part } from './mime-parts.ts'

/** What a report says of one recipient. `address` is whom the mail was for, as far as the report says so. */
export type Told = Pick<Feedback, 'kind' | 'bounceClass' | 'detail' | 'address'> & { at?: string; envelopeId?: string }

/** A list of a thousand members may be behind one address; ten of them tell as much. */
const recipientsMax = 10

type Says = (recipient: Headers) => Pick<Told, 'kind' | 'bounceClass'> | undefined

/** RFC 3464 section 2.3.3. Who passed a mail on to where nobody reports (relayed, expanded) has nothing more to tell. */
const actions: Readonly<Record<string, Says | undefined>> = {
  failed: (recipient) => ({ kind: 'bounced', bounceClass: bounceClassOf(statusOf(recipient)) }),
  delivered: () => ({ kind: 'delivered' }),
}

/** Reads `message/delivery-status` (RFC 3464): fields of the mail, and after empty lines those of each recipient. */
export function readDeliveryStatus({ text }: Part): Told[] {
  const [first = '', ...groups] = text.trim().split(/\r?\n[ \t]*\r?\n/, recipientsMax + 1)
  const mail = readHeaders(first)
  // Some servers forget the empty line between both.
  const recipients = groups.length > 0 ? groups.map(readHeaders) : [mail]
  return recipients.flatMap((recipient) => {
    const action =
      recipient
        .get('action')
        ?.toLowerCase()
        .match(/^[a-z]+/)?.[0] ?? ''
    const said = Object.hasOwn(actions, action) ? actions[action]!(recipient) : undefined
    if (said === undefined) return []
    const original = recipient.get('original-recipient')
    return [
      {
        ...said,
        detail: detailOf(withoutType(recipient.get('diagnostic-code')) ?? statusOf(recipient)),
        address: original === undefined ? undefined : addressOf(fromXtext(withoutType(original) ?? '')),
        at: recipient.get('last-attempt-date'),
        envelopeId: fromXtext(mail.get('original-envelope-id') ?? ''),
      },
    ]
  })
}

/** Who ends a report with its address alone, in no field that says for whom the mail was. */
export function finalRecipient({ text }: Part): string | undefined {
  return addressOf(withoutType(/^final-recipient:(.*)$/im.exec(text)?.[1]))
}

/** What a feedback loop reports: `not-spam` and the reports about signatures are no complaints. */
const complaints: Readonly<Record<string, Told['kind'] | undefined>> = {
  abuse: 'complained',
  fraud: 'complained',
  'opt-out': 'unsubscribed',
}

/** Reads `message/feedback-report` (RFC 5965). */
export function readFeedbackReport({ text }: Part): Told[] {
  const fields = readHeaders(text.trim())
  const type = fields.get('feedback-type')?.toLowerCase() ?? ''
  const kind = Object.hasOwn(complaints, type) ? complaints[type] : undefined
  if (kind === undefined) return []
  const address = addressOf(fields.get('original-rcpt-to'))
  return [{ kind, address, detail: detailOf(type, fields.get('user-agent')) }]
}

/** Our Message-ID in the headers of a mail that was sent back, or in whatever stands there. */
export function ourMessageId(text: string): DeliveryKey | undefined {
  const id = /^(?:x-original-)?message-id:\s*<([^<>@\s]{1,100})@[^<>\s]+>/im.exec(text)?.[1]
  return id === undefined ? undefined : readDeliveryTag(id)
}

function statusOf(recipient: Headers): string | undefined {
  const pattern = /\b[245]\.\d{1,3}\.\d{1,3}\b/
  // A status of x.0.0 says nothing; what the server itself has said then may.
  const [own, said] = [recipient.get('status'), recipient.get('diagnostic-code')].map(
    (each) => pattern.exec(each ?? '')?.[0],
  )
  return own === undefined || own.endsWith('.0.0') ? (said ?? own) : own
}

/** `rfc822; ada@example.com` -> `ada@example.com`. */
function withoutType(field: string | undefined): string | undefined {
  const bytes = field?.replace(/^\s*[\w.-]+\s*;\s*/, '').trim() ?? ''
  return Buffer.from(bytes, 'latin1').toString() || undefined
}

function fromXtext(text: string): string {
  return text.replace(/\+([0-9A-F]{2})/g, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}
