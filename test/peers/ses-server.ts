import { randomUUID } from 'node:crypto'
import { MailLog, headerOf } from './mail-log.ts'
import { startHttpPeer, type HttpAnswer, type HttpFault, type HttpRequest } from './http-faults.ts'
import { notification } from './sns-server.ts'

export type SesMail = {
  id: string
  from: string
  to: string[]
  raw: string
  tags: Record<string, string>
  configurationSet: string | undefined
  messageId: string | undefined
}

export type SesPeerOptions = {
  accessKeyId?: string
  configurationSets?: string[]
  /** Really throttles above this; without it there is no limit. */
  mailsPerSecond?: number
  latencyMs?: number
  /** False counts mails without keeping them. */
  keep?: boolean
  port?: number
}

export type SesPeer = Awaited<ReturnType<typeof startSesPeer>>

/** Version 1 of the SES API on 127.0.0.1: form-encoded calls, XML answers, and errors as SES words them. */
export async function startSesPeer({
  accessKeyId = 'AKIATEST',
  configurationSets = [],
  latencyMs = 0,
  ...options
}: SesPeerOptions = {}) {
  const log = new MailLog<SesMail>(options.keep)
  const sent = { second: 0, count: 0 }

  const actions: Record<string, (form: URLSearchParams) => HttpAnswer> = {
    SendRawEmail: takeMail,
    GetSendQuota: tellQuota,
  }

  const server = await startHttpPeer(async (request) => {
    if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs))
    const form = new URLSearchParams(request.body)
    const action = actions[form.get('Action') ?? '']
    return signatureFault(request) ?? action?.(form) ?? sesError(400, 'InvalidAction', 'Could not find operation')
  }, options.port)

  function signatureFault({ headers }: HttpRequest): HttpAnswer | undefined {
    const signed =
      /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/[\w-]+\/ses\/aws4_request, SignedHeaders=\S+, Signature=[0-9a-f]{64}$/
    const keyId = signed.exec(headers.authorization ?? '')?.[1]
    if (keyId === undefined)
      return sesError(403, 'MissingAuthenticationToken', 'Request is missing Authentication Token')
    if (keyId !== accessKeyId)
      return sesError(403, 'InvalidClientTokenId', 'The security token included in the request is invalid.')
    return undefined
  }

  function takeMail(form: URLSearchParams): HttpAnswer {
    if (tooFast()) return sesError(400, 'Throttling', 'Maximum sending rate exceeded.')
    const configurationSet = form.get('ConfigurationSetName') ?? undefined
    if (configurationSet !== undefined && !configurationSets.includes(configurationSet)) {
      return sesError(400, 'ConfigurationSetDoesNotExist', `Configuration set <${configurationSet}> does not exist.`)
    }
    const to = members(form, 'Destinations')
    if (to.some((each) => !/^[^\s@<>,]+@[^\s@<>,]+\.[a-z0-9-]+$/i.test(each)))
      return sesError(400, 'InvalidParameterValue', 'Illegal address')
    const raw = Buffer.from(form.get('RawMessage.Data') ?? '', 'base64').toString()
    const id = `0100${randomUUID()}-000000`
    const tags = Object.fromEntries(
      members(form, 'Tags', '.Name').map((name, at) => [name, members(form, 'Tags', '.Value')[at] ?? '']),
    )
    log.add({
      id,
      from: form.get('Source') ?? '',
      to,
      raw,
      tags,
      configurationSet,
      messageId: headerOf(raw, 'Message-ID'),
    })
    return xml(
      200,
      `<SendRawEmailResponse xmlns="${namespace}"><SendRawEmailResult><MessageId>${id}</MessageId></SendRawEmailResult>${metadata()}</SendRawEmailResponse>`,
    )
  }

  function tooFast(): boolean {
    const second = Math.floor(Date.now() / 1000)
    if (sent.second !== second) Object.assign(sent, { second, count: 0 })
    sent.count += 1
    return sent.count > (options.mailsPerSecond ?? Infinity)
  }

  function tellQuota(): HttpAnswer {
    const quota = `<SentLast24Hours>${log.count}</SentLast24Hours><Max24HourSend>50000.0</Max24HourSend><MaxSendRate>${options.mailsPerSecond ?? 14}</MaxSendRate>`
    return xml(
      200,
      `<GetSendQuotaResponse xmlns="${namespace}"><GetSendQuotaResult>${quota}</GetSendQuotaResult>${metadata()}</GetSendQuotaResponse>`,
    )
  }

  return Object.assign(log, {
    url: server.url,
    accessKeyId,
    requests: server.requests,
    plan: server.plan,
    close: server.close,
    events: {
      /** Reports what became of a mail to a webhook, as SES does by way of SNS: `Delivery` and so on; `about` is what the event says. */
      deliver: (webhook: string, type: string, mail: Pick<SesMail, 'id' | 'to' | 'tags'>, about: object = {}) => {
        const { body, headers } = notification(sesEvent(type, mail, about))
        return fetch(webhook, { method: 'POST', body, headers })
      },
    },
  })
}

/** An event of a configuration set: every tag has a list of values. */
function sesEvent(eventType: string, { id, to, tags }: Pick<SesMail, 'id' | 'to' | 'tags'>, about: object): string {
  const field = eventType[0]!.toLowerCase() + eventType.slice(1)
  const timestamp = new Date().toISOString()
  const lists = Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, [value]]))
  const mail = { messageId: id, timestamp: new Date(Date.now() - 60_000).toISOString(), destination: to, tags: lists }
  return JSON.stringify({ eventType, mail, [field]: { timestamp, recipients: to, ...about } })
}

/** The next call fails as SES words it, for example `sesFault('Throttling', 'Maximum sending rate exceeded.')`. */
export function sesFault(code: string, message: string, status = 400): HttpFault {
  const { headers = {}, text } = sesError(status, code, message)
  return { doing: 'answer', status, headers, text }
}

const namespace = 'http://ses.amazonaws.com/doc/2010-12-01/'
const metadata = () => `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`
const xml = (status: number, text: string): HttpAnswer => ({ status, headers: { 'content-type': 'text/xml' }, text })

function sesError(status: number, code: string, message: string): HttpAnswer {
  const error = `<Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`
  return xml(
    status,
    `<ErrorResponse xmlns="${namespace}">${error}<RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
  )
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Lists travel as `Destinations.member.1`, `Destinations.member.2` and so on. */
function members(form: URLSearchParams, list: string, field = ''): string[] {
  const found: string[] = []
  for (let at = 1; ; at += 1) {
    const value = form.get(`${list}.member.${at}${field}`)
    if (value === null) return found
    found.push(value)
  }
}
