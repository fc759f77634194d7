import { bounceClassFor } from '../domain/bounce-class.ts'
import { feedbackMax, readDeliveryTag, type Feedback } from '../domain/feedback.ts'
import { machineReason } from '../domain/machine.ts'
import { readWebhookSecrets, verifyStandardWebhook } from './standard-webhook.ts'
import {
  addressOf,
  detailOf,
  fieldsOf,
  foreign,
  instantOf,
  jsonObject,
  nameOf,
  type Fields,
  type Reading,
  type WebhookReader,
  type WebhookRequest,
} from './webhook.ts'

type ResendWebhook = { keys: readonly Buffer[] }

/** Resend's webhooks (resend.com/docs/webhooks), signed by Svix. */
export const resendWebhook: WebhookReader<ResendWebhook> = {
  key: 'resend',
  configure({ RESEND_WEBHOOK_SECRET: secret }) {
    const keys = secret
      ? readWebhookSecrets('RESEND_WEBHOOK_SECRET', secret, 'Copy it from the page of the webhook at resend.com.')
      : []
    return keys.length > 0 ? { keys } : undefined
  },
  open: ({ keys }) => ({ read: (request) => readResendWebhook(keys, request) }),
}

type Report = Pick<Feedback, 'kind' | 'machine' | 'bounceClass' | 'detail'> & { at?: unknown }

/** What each type of event says of a mail; those that are not here say nothing of one. */
const reportOf: Readonly<Record<string, ((data: Fields) => Report) | undefined>> = {
  'email.sent': () => ({ kind: 'sent' }),
  'email.delivered': () => ({ kind: 'delivered' }),
  'email.delivery_delayed': () => ({ kind: 'delayed' }),
  'email.complained': () => ({ kind: 'complained' }),
  // It tells of no agent, so that nobody can say whether it was a person.
  'email.opened': () => ({ kind: 'opened' }),
  'email.clicked': ({ click }) => {
    const { ipAddress, userAgent, timestamp } = fieldsOf(click)
    const visit = { userAgent: textOf(userAgent), ip: textOf(ipAddress) }
    return { kind: 'clicked', at: timestamp, machine: machineReason(visit) }
  },
  'email.bounced': ({ bounce }) => {
    const { message, type, subType } = fieldsOf(bounce)
    const status = /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(detailOf(message) ?? '')?.[0]
    return { kind: 'bounced', bounceClass: bounceClassFor(type, status), detail: detailOf(message ?? subType) }
  },
  'email.failed': ({ failed }) => ({
    kind: 'bounced',
    bounceClass: 'undetermined',
    detail: detailOf('Resend could not send it:', fieldsOf(failed)['reason']),
  }),
  // Resend keeps a list of its own of addresses that have bounced or complained, and sends them nothing.
  'email.suppressed': ({ suppressed }) => ({
    kind: 'bounced',
    bounceClass: 'permanent',
    detail: detailOf('Resend has the address on its suppression list.', fieldsOf(suppressed)['message']),
  }),
}

function readResendWebhook(keys: readonly Buffer[], request: WebhookRequest): Reading {
  const signed = verifyStandardWebhook(keys, request)
  if (signed.kind === 'forged') return signed
  const event = jsonObject(request.body)
  if (event === undefined) return { kind: 'malformed', reason: 'the body is no JSON object' }
  const { type, created_at: createdAt } = event
  const data = fieldsOf(event['data'])
  const key = readDeliveryTag(tagOf(data['tags']))
  const make = typeof type === 'string' && Object.hasOwn(reportOf, type) ? reportOf[type] : undefined
  if (key === undefined || make === undefined) return foreign
  const { at, ...report } = make(data)
  return {
    kind: 'reports',
    foreign: 0,
    reports: [
      {
        ...key,
        ...report,
        provider: 'resend',
        providerEventId: signed.id,
        happenedAt: instantOf(at ?? createdAt, request.now),
        providerMessageId: nameOf(data['email_id'], feedbackMax.providerMessageId),
        address: addressIn(data['to']),
      },
    ],
  }
}

/** Tags come as a map, and in older events as the list that was sent. */
function tagOf(tags: unknown): string {
  const value = Array.isArray(tags)
    ? tags.map(fieldsOf).find(({ name }) => name === 'delivery')?.['value']
    : fieldsOf(tags)['delivery']
  return nameOf(value, tagMax) ?? ''
}

/** Ours have 60 characters. */
const tagMax = 100

/** A mail of ours has one recipient; of several nobody can say which one is meant. */
function addressIn(to: unknown): string | undefined {
  const all = [to].flat()
  return all.length === 1 ? addressOf(all[0]) : undefined
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
