import { bounceClassFor } from '../domain/bounce-class.ts'
import { feedbackMax, readDeliveryTag, type Feedback } from '../domain/feedback.ts'
import { machineReason } from '../domain/machine.ts'
import { addressOf, detailOf, fieldsOf, instantOf, nameOf, type Fields } from './webhook.ts'

/** A mail of ours has one recipient; SES itself takes fifty. */
const recipientsMax = 50

type Report = Pick<Feedback, 'kind' | 'machine' | 'bounceClass' | 'detail'> & { address?: string }
type Mail = { sentAt: unknown; destination: unknown }
/** `field`: where an event of this type says more. `reports`: one for each recipient that it names. */
type EventType = { field: string; reports: (event: Fields, mail: Mail) => Report[] }

const toAll = (list: unknown, report: (recipient: Fields) => Report): Report[] =>
  (Array.isArray(list) ? list.slice(0, recipientsMax) : []).map((each) => {
    const recipient = typeof each === 'string' ? { emailAddress: each } : fieldsOf(each)
    return Object.assign(report(recipient), { address: addressOf(recipient['emailAddress']) })
  })

/** Opens and clicks name nobody; with one destination it was that one. */
const visit = (kind: 'opened' | 'clicked') => (event: Fields, mail: Mail) => {
  const machine = machineReason({
    userAgent: nameOf(event['userAgent'], agentMax),
    ip: nameOf(event['ipAddress'], agentMax),
  })
  return toTheOne(mail, { kind, machine })
}

const agentMax = 4000

const toTheOne = ({ destination }: Mail, report: Report): Report[] => {
  const all = Array.isArray(destination) ? destination : []
  return [{ ...report, address: all.length === 1 ? addressOf(all[0]) : undefined }]
}

/** By the name that SES gives each type. What is not here says nothing of a mail. */
const types: Readonly<Record<string, EventType | undefined>> = {
  Send: { field: 'send', reports: (_event, mail) => toTheOne(mail, { kind: 'sent' }) },
  Delivery: {
    field: 'delivery',
    reports: ({ recipients }) => toAll(recipients, () => ({ kind: 'delivered' })),
  },
  // Only those whom the event names have bounced, and not all to whom the mail went.
  Bounce: {
    field: 'bounce',
    reports: ({ bounceType, bounceSubType, bouncedRecipients }) =>
      toAll(bouncedRecipients, ({ status, diagnosticCode }) => ({
        kind: 'bounced',
        bounceClass: bounceClassFor(bounceType, nameOf(status, 20)),
        detail: detailOf(diagnosticCode ?? status ?? bounceSubType),
      })),
  },
  Complaint: {
    field: 'complaint',
    reports: ({ complainedRecipients, complaintFeedbackType }) =>
      toAll(complainedRecipients, () => ({ kind: 'complained', detail: detailOf(complaintFeedbackType) })),
  },
  Open: { field: 'open', reports: visit('opened') },
  Click: { field: 'click', reports: visit('clicked') },
  // Taken, and then not sent: SES found a virus, or could not fill in a template.
  Reject: {
    field: 'reject',
    reports: ({ reason }, mail) =>
      toTheOne(mail, {
        kind: 'bounced',
        bounceClass: 'undetermined',
        detail: detailOf('SES did not send it:', reason),
      }),
  },
  'Rendering Failure': {
    field: 'failure',
    reports: ({ errorMessage }, mail) =>
      toTheOne(mail, {
        kind: 'bounced',
        bounceClass: 'undetermined',
        detail: detailOf('SES could not write it:', errorMessage),
      }),
  },
  DeliveryDelay: {
    field: 'deliveryDelay',
    reports: ({ delayedRecipients }) => toAll(delayedRecipients, () => ({ kind: 'delayed' })),
  },
  Subscription: {
    field: 'subscription',
    reports: ({ newTopicPreferences }, mail) =>
      fieldsOf(newTopicPreferences)['unsubscribeAll'] === true ? toTheOne(mail, { kind: 'unsubscribed' }) : [],
  },
}

/** What an event of SES says of our mails: nothing, when it does not carry our tag, or is of a type that says nothing of a mail. */
export function readSesEvent(event: Fields, snsId: string, now: Date): Feedback[] {
  const name = event['eventType']
  const type = typeof name === 'string' && Object.hasOwn(types, name) ? types[name] : undefined
  const mail = fieldsOf(event['mail'])
  const key = readDeliveryTag(tagOf(mail['tags']))
  if (type === undefined || key === undefined) return []
  const about = fieldsOf(event[type.field])
  const reports = type.reports(about, { sentAt: mail['timestamp'], destination: mail['destination'] })
  const common = (report: Report) => ({
    ...key,
    ...report,
    provider: 'ses',
    // SNS repeats a message under the same id. One that names several people is a report of each.
    providerEventId: (reports.length > 1 ? `${snsId}/${report.address}` : snsId).slice(0, feedbackMax.providerEventId),
    // A Send says nothing but that it was sent.
    happenedAt: instantOf(about['timestamp'] ?? mail['timestamp'], now),
    providerMessageId: nameOf(mail['messageId'], feedbackMax.providerMessageId),
  })
  return reports.map(common)
}

/** Every tag has a list of values, of which ours has one. */
function tagOf(tags: unknown): string {
  return nameOf([fieldsOf(tags)['delivery']].flat()[0], 100) ?? ''
}
