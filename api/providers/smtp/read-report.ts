import { createHash } from 'node:crypto'
import { feedbackMax, readDeliveryTag, type DeliveryKey, type Feedback } from '../../domain/feedback.ts'
import { detailOf, foreign, instantOf, type Reading } from '../webhook.ts'
import { readMail, type Headers, type Part } from './mime-parts.ts'
import { finalRecipient, ourMessageId, readDeliveryStatus, readFeedbackReport, type Told } from './report.ts'
import type { ReturnPaths } from './return-path.ts'

/** Of a bounce in a server's own words so many lines are kept; what follows is the mail that came back. */
const wordsLinesMax = 12
/** A report stands in the first kilobytes; what came back with it is of no use beyond its headers. */
export const mailBytesMax = 1_000_000
/** Headers, a report and the headers of what came back stand in this. */
const searchedLengthMax = 100_000

type Found = { key: DeliveryKey; isSigned: boolean }

/**
 * Reads one raw mail that came to the bounce address: a status report (RFC 3464), a complaint (RFC 5965), or a bounce in a server's own
 * words to a return path that we have signed. Whatever else comes there, a vacation's answer or a person's, says nothing. Nothing is ever sent
 * in answer, so that no two machines talk to each other for ever.
 */
export function readReportMail(body: Buffer, { paths, now }: { paths: ReturnPaths | undefined; now: Date }): Reading {
  const raw = body.subarray(0, mailBytesMax).toString('latin1')
  const { headers, parts } = readMail(raw)
  if (headers.text.trim() === '' || !headers.text.includes(':')) return { kind: 'malformed', reason: 'it is no mail' }
  const told = parts.flatMap((part) => readers[part.type]?.(part) ?? [])
  const isReport = parts.some(({ type }) => Object.hasOwn(readers, type))
  const said = isReport ? told : ownWords(headers, parts)
  const returned = parts
    .filter(({ type }) => returnedTypes.has(type))
    .map(({ text }) => text.slice(0, searchedLengthMax))
  const reports = said.flatMap((each) => {
    const named = findRow(each, { raw, parts, returned, paths })
    return named === undefined ? [] : reportOf(each, named, { headers, parts, body, now })
  })
  // Several recipients behind one address are one guest: the gravest of what is said of them stands for all.
  return reports.length > 0 ? { kind: 'reports', reports: onePerRow(reports), foreign: 0 } : foreign
}

const readers: Readonly<Record<string, ((part: Part) => Told[]) | undefined>> = {
  'message/delivery-status': readDeliveryStatus,
  'message/global-delivery-status': readDeliveryStatus,
  'message/feedback-report': readFeedbackReport,
}

const returnedTypes = new Set([
  'message/rfc822',
  'message/global',
  'text/rfc822-headers',
  'message/global-headers',
  'message/rfc822-headers',
])

type Mail = { raw: string; parts: readonly Part[]; returned: readonly string[]; paths: ReturnPaths | undefined }

/**
 * A return path that we have signed is proof wherever it stands: in what the mail was delivered to, in the report, or in what came back.
 * What is only named can be made up by whoever has got one mail of the same message.
 */
function findRow({ envelopeId }: Told, { raw, parts, returned, paths }: Mail): Found | undefined {
  const reported = parts.filter(({ type }) => Object.hasOwn(readers, type)).map(({ text }) => text)
  const signed = paths?.find([raw.slice(0, searchedLengthMax), ...reported, ...returned].join('\n'))
  if (signed) return { key: signed, isSigned: true }
  const named = readDeliveryTag(envelopeId ?? '') ?? returned.map(ourMessageId).find((each) => each !== undefined)
  return named && { key: named, isSigned: false }
}

type Around = { headers: Headers; parts: readonly Part[]; body: Buffer; now: Date }

function reportOf(told: Told, { key, isSigned }: Found, { headers, parts, body, now }: Around): Feedback[] {
  const { at, envelopeId: _named, ...rest } = told
  const about = parts.find(({ type }) => Object.hasOwn(readers, type))
  const isComplaint = told.kind !== 'bounced' && told.kind !== 'delivered'
  // Who complains may be hidden by whoever reports it.
  const said = isSigned && isComplaint ? undefined : told.address
  const address = said ?? (isSigned || about === undefined ? undefined : finalRecipient(about))
  // Not signed, it has to name the guest's address as well, and gives no address up: so it is no complaint, which always would, and whoever
  // knows a friend's address could send one in their name.
  if (!isSigned && (address === undefined || isComplaint)) return []
  const bounceClass = !isSigned && told.bounceClass === 'permanent' ? 'undetermined' : told.bounceClass
  return [
    {
      ...key,
      ...rest,
      address,
      bounceClass,
      provider: 'smtp',
      providerEventId: idOf(told.kind, key, headers.get('message-id'), body),
      happenedAt: instantOf(at ?? headers.get('date'), now),
    },
  ]
}

/** A mail server that is not sure whether we took a report brings it again, with other lines of the way on top. */
function idOf(kind: string, key: DeliveryKey, messageId: string | undefined, body: Buffer): string {
  const { messageId: id, seq, generation } = key
  const name = messageId ?? createHash('sha256').update(body).digest('hex')
  return createHash('sha256').update(`${kind} ${id} ${seq} ${generation} ${name}`).digest('base64url')
}

const gravity: Readonly<Record<string, number | undefined>> = { permanent: 3, transient: 2, undetermined: 1 }

function onePerRow(reports: readonly Feedback[]): Feedback[] {
  const gravest = new Map<string, Feedback>()
  for (const report of reports) {
    const known = gravest.get(report.providerEventId)
    if (known === undefined || (gravity[report.bounceClass ?? ''] ?? 0) > (gravity[known.bounceClass ?? ''] ?? 0))
      gravest.set(report.providerEventId, report)
  }
  return [...gravest.values()]
}

const daemon = /mailer-daemon|mail delivery (sub)?system|postmaster@|mail-?daemon/i
const undelivered =
  /undeliver|return(ed|ing) (mail|to sender)|deliver\w* .{0,20}fail|fail\w* .{0,20}deliver|failure notice|could not be delivered/i
const late = /delay|warning|still (trying|being)|not yet/i
const automatic = /auto-(replied|notified)/i
const away = /out of (the )?office|automatic reply|auto(matic)?-?(reply|response)|vacation|abwesen|absence/i

/** A bounce of a server that writes no report: from nobody or a daemon, and not about a delay. */
function ownWords(headers: Headers, parts: readonly Part[]): Told[] {
  const [from = '', subject = ''] = [headers.get('from'), headers.get('subject')]
  if (late.test(subject)) return []
  const isDaemons = daemon.test(from) || headers.get('x-failed-recipients') !== undefined
  const isAnswer = away.test(subject) || automatic.test(headers.get('auto-submitted') ?? '')
  const isBounce = isDaemons || (undelivered.test(subject) && !isAnswer)
  if (!isBounce) return []
  const text = parts.find(({ type }) => type === 'text/plain')?.text ?? ''
  const lines = text
    .slice(0, feedbackMax.detail * 4)
    .split(/\r?\n/)
    .map((line) => line.trim())
  const words = Buffer.from(lines.filter(Boolean).slice(0, wordsLinesMax).join(' '), 'latin1').toString()
  return [{ kind: 'bounced', bounceClass: 'undetermined', detail: detailOf(words || subject) }]
}
