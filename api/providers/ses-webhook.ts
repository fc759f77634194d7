import { httpsFetch, type SmallFetch } from './https-fetch.ts'
import { ConfigurationError } from './provider.ts'
import { readSesEvent } from './ses-events.ts'
import { SnsCertificates } from './sns-certificates.ts'
import { readSnsMessage } from './sns-message.ts'
import {
  foreign,
  jsonObject,
  type OpenWebhook,
  type Reading,
  type WebhookReader,
  type WebhookRequest,
} from './webhook.ts'

type SesWebhook = { topics: readonly string[] }

const topicArn = /^arn:aws(-[a-z-]+)?:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/

/** Events of Amazon SES, as a topic of SNS brings them. */
export const sesWebhook: WebhookReader<SesWebhook> = {
  key: 'ses',
  configure({ SNS_TOPIC_ARNS: text }) {
    const topics = (text ?? '')
      .split(',')
      .map((word) => word.trim())
      .filter(Boolean)
    if (topics.some((topic) => !topicArn.test(topic))) {
      throw new ConfigurationError(
        'SNS_TOPIC_ARNS must be ARNs of topics such as arn:aws:sns:eu-west-1:123456789012:tidings, with commas between them. Only what these topics bring is believed.',
      )
    }
    return topics.length > 0 ? { topics } : undefined
  },
  open: (config) => openSesWebhook(config),
}

/** An answer of SNS to a confirmation is a few hundred bytes. */
const confirmationLimits = { bytesMax: 20_000, timeoutMs: 10_000 }

/** `fetch` reaches Amazon; a test gives another that reaches a server of its own. */
export function openSesWebhook({ topics }: SesWebhook, fetch: SmallFetch = httpsFetch()): OpenWebhook {
  const certificates = new SnsCertificates(fetch)

  async function read(request: WebhookRequest): Promise<Reading> {
    const sns = await readSnsMessage(request, { topics, certificates })
    if (sns.kind === 'forged' || sns.kind === 'malformed' || sns.kind === 'tryLater') return sns
    if (sns.kind === 'unsubscribed') return { kind: 'noted', reason: `SNS no longer brings us what ${sns.topic} says` }
    if (sns.kind === 'subscribe') {
      const { topic, url } = sns
      return { kind: 'confirmSubscription', topic, confirm: () => confirm(url) }
    }
    const event = jsonObject(sns.message)
    // SES tries a new destination out with a sentence that is no JSON.
    const reports = event === undefined ? [] : readSesEvent(event, sns.id, request.now)
    return reports.length > 0 ? { kind: 'reports', reports, foreign: 0 } : foreign
  }

  async function confirm(url: URL): Promise<'ok' | (string & {})> {
    try {
      await fetch(url, confirmationLimits)
      return 'ok'
    } catch (error) {
      return (error as Error).message
    }
  }

  return { read }
}
