import { describe, expect, onTestFinished, test } from 'vitest'
import { sendOne } from '../../test/peers/sending.ts'
import { sesFault, startSesPeer, type SesPeerOptions } from '../../test/peers/ses-server.ts'
import { someMail } from '../../test/peers/some-mail.ts'
import { readSesConfig } from './ses-config.ts'
import { ses } from './ses.ts'

async function given(options: SesPeerOptions = {}, changes: { timeoutMs?: number; configurationSet?: string } = {}) {
  const peer = await startSesPeer(options)
  onTestFinished(() => peer.close())
  const config = readSesConfig({
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: peer.accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'secret',
    SES_ENDPOINT: peer.url,
  })
  if (config === undefined) throw new Error('not configured')
  const transport = ses.open({ ...config, ...changes }, () => undefined)
  onTestFinished(() => transport.close())
  return { peer, transport }
}

describe('a mail', () => {
  test('arrives byte for byte, from and to its envelope, with its tag and configuration set', async () => {
    const { peer, transport } = await given({ configurationSets: ['tidings'] }, { configurationSet: 'tidings' })
    const mail = someMail({ seq: 3, from: 'b+3=x@bounce.example' })

    const result = await sendOne(transport, mail)

    expect(result).toEqual({ kind: 'accepted', providerMessageId: peer.mails[0]?.id })
    expect(peer.mails[0]).toMatchObject({
      from: 'b+3=x@bounce.example',
      to: ['guest3@example.com'],
      raw: mail.mime(),
      tags: { delivery: mail.deliveryTag },
      configurationSet: 'tidings',
    })
  })

  test('is tried once, whatever happens: a second try could be a second mail', async () => {
    const { peer, transport } = await given()
    peer.plan({ ...sesFault('ServiceUnavailable', 'Service is unavailable.', 503), times: 5 })

    expect((await sendOne(transport))?.kind).toBe('unknown')
    expect(peer.requests).toHaveLength(1)
  })

  test('is misconfigured when its configuration set does not exist', async () => {
    const { transport } = await given({}, { configurationSet: 'missing' })

    expect((await sendOne(transport))?.kind).toBe('misconfigured')
  })
})

describe("SES's answer", () => {
  test.each([
    ['Throttling', 'Maximum sending rate exceeded.', 400, 'throttled'],
    ['ThrottlingException', 'Rate exceeded', 400, 'throttled'],
    ['Throttling', 'Daily message quota exceeded.', 400, 'overQuota'],
    ['MessageRejected', 'Address blacklisted.', 400, 'rejected'],
    [
      'MessageRejected',
      'Email address is not verified. The following identities failed the check: a@example.com',
      400,
      'misconfigured',
    ],
    ['MessageRejected', 'Sending paused for this account.', 400, 'misconfigured'],
    ['InvalidParameterValue', 'Illegal address', 400, 'rejected'],
    ['MailFromDomainNotVerifiedException', 'No.', 400, 'misconfigured'],
    ['ConfigurationSetDoesNotExist', 'No.', 400, 'misconfigured'],
    ['ConfigurationSetSendingPausedException', 'No.', 400, 'misconfigured'],
    ['AccountSendingPausedException', 'No.', 400, 'misconfigured'],
    ['SignatureDoesNotMatch', 'No.', 403, 'misconfigured'],
    ['InvalidClientTokenId', 'No.', 403, 'misconfigured'],
    ['ExpiredToken', 'No.', 400, 'misconfigured'],
    ['AccessDenied', 'No.', 403, 'misconfigured'],
    ['OptInRequired', 'No.', 403, 'misconfigured'],
    ['RequestExpired', 'No.', 400, 'misconfigured'],
    ['InternalFailure', 'Oops', 500, 'unknown'],
    ['ServiceUnavailable', 'Oops', 503, 'unknown'],
  ])('%s (%s, %i) means %s', async (code, message, status, kind) => {
    const { peer, transport } = await given()
    peer.plan(sesFault(code, message, status))

    expect((await sendOne(transport))?.kind).toBe(kind)
  })

  test.each([
    [200, '', 'unknown'],
    [200, '<html>Welcome to the hotel</html>', 'unknown'],
    [200, '{"not": "xml"', 'unknown'],
    [200, '<SendRawEmailResponse><SendRawEmailResult>', 'unknown'],
    [502, '<h1>Bad gateway</h1>', 'unknown'],
    [504, '', 'unknown'],
    [301, '', 'misconfigured'],
    [404, 'nothing here', 'misconfigured'],
  ])('%i with %j means %s', async (status, text, kind) => {
    const { peer, transport } = await given()
    peer.plan({ doing: 'answer', status, text })

    expect((await sendOne(transport))?.kind).toBe(kind)
  })

  test('without an end is cut, and leaves the mail unknown', async () => {
    const { peer, transport } = await given()
    const text = `<SendRawEmailResponse><SendRawEmailResult><MessageId>${'x'.repeat(5_000_000)}</MessageId>`
    peer.plan({ doing: 'answer', status: 200, text })

    expect(await sendOne(transport)).toMatchObject({ kind: 'unknown', reply: expect.stringContaining('no end') })
  })

  test('that sends us elsewhere is not followed', async () => {
    const { peer, transport } = await given()
    peer.plan({ doing: 'answer', status: 307, text: '', headers: { location: `${peer.url}/elsewhere` } })

    expect((await sendOne(transport))?.kind).toBe('misconfigured')
    expect(peer.requests).toHaveLength(1)
  })

  test.each(['hang', 'hangInBody'] as const)(
    'that does not come in time (%s) leaves the mail unknown',
    async (doing) => {
      const { peer, transport } = await given({}, { timeoutMs: 100 })
      peer.plan({ doing, accept: true })

      expect((await sendOne(transport))?.kind).toBe('unknown')
    },
  )

  test('to a question about quotas tells how fast it takes mail, and how much more today', async () => {
    const { transport } = await given({ mailsPerSecond: 14 })

    expect(await transport.verify()).toBe('ok')
    expect(transport.pace?.()).toEqual({ callsPerSecond: 14, mailsLeft: 50_000 })
  })
})
