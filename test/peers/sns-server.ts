import { createSign, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { httpsFetch } from '../../api/providers/https-fetch.ts'
import {
  snsAuthority,
  snsCertificate,
  snsExpiredCertificate,
  snsForeignCertificate,
  snsHostCertificate,
  snsHostKey,
  snsSigningKey,
} from './sns-certificates.ts'

export type SnsPeer = Awaited<ReturnType<typeof startSnsPeer>>
export type SnsMessage = Record<string, string>
/** A request as SNS makes it. */
export type Post = { body: string; headers: Record<string, string> }

const host = 'https://sns.eu-west-1.amazonaws.com'
export const snsTopic = 'arn:aws:sns:eu-west-1:123456789012:tidings'

/** Where each certificate lies; `Huge` answers more than a certificate has, and `Moved` sends whoever asks elsewhere. */
const documents: Record<string, string> = {
  '/SimpleNotificationService-0a1b2c.pem': snsCertificate,
  '/SimpleNotificationService-expired.pem': snsExpiredCertificate,
  '/SimpleNotificationService-foreign.pem': snsForeignCertificate,
  '/SimpleNotificationService-none.pem': 'This is no certificate.',
  '/SimpleNotificationService-huge.pem': snsCertificate + '#'.repeat(100_000),
}

const confirmed = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type']
const notified = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']

/** The host of Amazon's SNS in one region, on 127.0.0.1 with a certificate for its name: it hands out the certificates that messages are signed with. */
export async function startSnsPeer() {
  const asked: string[] = []
  const server = createServer({ cert: snsHostCertificate, key: snsHostKey }, (request, response) => {
    const url = request.url ?? ''
    asked.push(url)
    if (url.includes('moved'))
      return response.writeHead(302, { location: '/SimpleNotificationService-0a1b2c.pem' }).end()
    const text = url.startsWith('/?Action=ConfirmSubscription') ? '<ConfirmSubscriptionResponse/>' : documents[url]
    response.writeHead(text === undefined ? 404 : 200).end(text)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  return {
    /** Paths that were asked for, in order. */
    asked,
    /** Reaches this server under Amazon's name. */
    fetch: httpsFetch({ ca: snsAuthority, connectTo: { host: '127.0.0.1', port } }),
    notification,
    confirmation,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** A message with a text in it; `changes` are made before it is signed. */
export function notification(text: string, changes: SnsMessage = {}): Post {
  return post(signed({ ...common('Notification'), Message: text, ...changes }, notified))
}

export function confirmation(changes: SnsMessage = {}, type = 'SubscriptionConfirmation'): Post {
  const token = 'a'.repeat(64)
  const message: SnsMessage = { ...common(type), Message: 'You have chosen to subscribe.', Token: token }
  const topic = encodeURIComponent(changes['TopicArn'] ?? snsTopic)
  message['SubscribeURL'] = `${host}/?Action=ConfirmSubscription&TopicArn=${topic}&Token=${token}`
  return post(signed({ ...message, ...changes }, confirmed))
}

/** The request that carries a message as it is, signed or not. */
export function post(message: SnsMessage): Post {
  return {
    body: JSON.stringify(message),
    headers: {
      'content-type': 'text/plain; charset=UTF-8',
      'x-amz-sns-message-type': message['Type']!,
      'x-amz-sns-topic-arn': message['TopicArn']!,
    },
  }
}

function common(Type: string): SnsMessage {
  return {
    ...{ Type, MessageId: randomUUID(), TopicArn: snsTopic, Timestamp: new Date().toISOString() },
    ...{ SignatureVersion: '2', SigningCertURL: `${host}/SimpleNotificationService-0a1b2c.pem` },
  }
}

function signed(message: SnsMessage, fields: string[]): SnsMessage {
  const sign = createSign(message['SignatureVersion'] === '1' ? 'sha1' : 'sha256')
  for (const field of fields) if (message[field] !== undefined) sign.update(`${field}\n${message[field]}\n`)
  return { ...message, Signature: sign.sign(snsSigningKey, 'base64') }
}
