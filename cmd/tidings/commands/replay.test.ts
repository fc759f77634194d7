import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { applyFeedback } from '../../../api/storage/apply-feedback.ts'
import { cloneDatabase } from '../../../test/database.ts'
import { finishedMessage } from '../../../test/outcomes.ts'
import { confirmation, notification, post, snsTopic, startSnsPeer } from '../../../test/peers/sns-server.ts'
import type { Call, Done } from '../command.ts'
import { perform } from '../perform.ts'
import { runTidings } from '../run.ts'
import { replay, replayWith } from './replay.ts'

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString()

/** Three guests who were all reached, and an operator who asks for a replay with Amazon at hand. */
async function desk() {
  const { db, url } = await cloneDatabase()
  const sns = await startSnsPeer()
  onTestFinished(() => sns.close())
  const { message } = await finishedMessage(db, ['accepted', 'accepted', 'accepted'])
  const directory = await mkdtemp(join(tmpdir(), 'tidings-replay-'))
  onTestFinished(() => rm(directory, { recursive: true }))

  /** A bounce that SNS could not bring us yesterday. */
  const bounced = (seq: number, changes: Record<string, string> = {}) => {
    const address = `guest-${seq}@example.com`
    const mail = { messageId: `p-${seq}`, destination: [address], tags: { delivery: [`${message.id}_${seq}_1`] } }
    const bounce = { bounceType: 'Permanent', bouncedRecipients: [{ emailAddress: address }], timestamp: hoursAgo(30) }
    return notification(JSON.stringify({ eventType: 'Bounce', mail, bounce }), { Timestamp: hoursAgo(30), ...changes })
  }

  async function replayed(text: string, { dryRun = false } = {}) {
    const file = join(directory, 'letters')
    await writeFile(file, text)
    const call: Call & { db: typeof db } = {
      ...{ db, dryRun, words: [], options: { file }, by: 'root@box', now: new Date() },
      env: { SNS_TOPIC_ARNS: snsTopic },
      input: async () => Buffer.from(text),
      ...{ progress: () => {}, sleep: async () => {} },
    }
    return (await perform(replayWith(sns.fetch), call)) as Done
  }
  const rows = () => db.selectFrom('providerEvents').select(['seq', 'kind']).orderBy('seq').execute()
  const audit = () => db.selectFrom('auditLog').select(['action', 'detail']).execute()
  return { db, url, sns, bounced, replayed, rows, audit, directory }
}

test('reports out of a dead-letter queue are verified and kept, of whatever age, and once however often', async () => {
  const { db, bounced, replayed, rows, audit } = await desk()
  const letters = [1, 2].map((seq) => bounced(seq).body).join('\n')

  const dry = await replayed(letters, { dryRun: true })
  const untouched = await rows()
  const first = await replayed(letters)
  const again = await replayed(letters)
  const applied = await applyFeedback(db, { shard: 1 })

  expect(dry.data).toEqual({ read: 2, stored: 2, duplicates: 0, foreign: 0, problems: [] })
  expect(untouched).toEqual([])
  expect(first).toMatchObject({ kind: 'done', incomplete: false, data: { stored: 2, duplicates: 0 } })
  expect(first.lines).toEqual(['New reports: 2. Known before: 0. Of no mail of ours: 0.'])
  expect(again.data).toMatchObject({ stored: 0, duplicates: 2 })
  expect(applied).toMatchObject({ moved: { bounced: 2 }, unprocessable: 0 })
  expect(await audit()).toEqual([
    { action: 'operator.replay', detail: expect.objectContaining({ by: 'root@box', read: 2, stored: 2, problems: 0 }) },
  ])
})

test('what came meanwhile by the webhook under the same name is not counted again', async () => {
  const { bounced, replayed } = await desk()
  const letter = bounced(1)

  const both = await replayed(`${letter.body}\n${letter.body}`)

  expect(both.data).toMatchObject({ read: 2, stored: 1, duplicates: 1 })
})

test.each<[string, (bodies: string[]) => string]>([
  ['an array', (bodies) => `[${bodies.join(',')}]`],
  ['what `aws sqs receive-message` prints', (bodies) => printed(bodies)],
  [
    'such answers, one a line',
    (bodies) => bodies.map((body) => JSON.stringify(JSON.parse(printed([body])))).join('\n'),
  ],
  ['lines of Windows with empty ones between', (bodies) => bodies.join('\r\n\r\n')],
])('the messages may be %s', async (_what, write) => {
  const { bounced, replayed } = await desk()

  const answer = await replayed(write([1, 2, 3].map((seq) => bounced(seq).body)))

  expect(answer.data).toEqual({ read: 3, stored: 3, duplicates: 0, foreign: 0, problems: [] })
})

const printed = (bodies: string[]) =>
  JSON.stringify({ Messages: bodies.map((Body, n) => ({ MessageId: `sqs-${n}`, ReceiptHandle: 'x', Body })) }, null, 2)

test('what is forged or no message is told by its line and not taken; the others are', async () => {
  const { sns, bounced, replayed, rows } = await desk()
  const forged = post({ ...JSON.parse(bounced(2).body), MessageId: 'another' })
  const elsewhere = bounced(2, { TopicArn: snsTopic.replace('tidings', 'other') })
  const away = bounced(2, {
    SigningCertURL: 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-missing.pem',
  })
  const resend = '{"type":"email.bounced","data":{}}'
  const bodies = [bounced(1).body, forged.body, '{"half":', elsewhere.body, away.body, resend, confirmation().body]

  const answer = await replayed(bodies.join('\n'))

  expect(answer).toMatchObject({ kind: 'done', incomplete: true })
  expect(answer.data).toEqual({
    ...{ read: 7, stored: 1, duplicates: 0, foreign: 1 },
    problems: [
      { at: 'line 2', reason: 'its signature does not fit' },
      { at: 'line 3', reason: 'it is not JSON' },
      { at: 'line 4', reason: 'the topic of its header is none of ours' },
      { at: 'line 5', reason: expect.stringMatching(/^the certificate could not be fetched/) },
      { at: 'line 6', reason: 'it is no message of SNS: it has no TopicArn' },
    ],
  })
  expect(answer.lines).toContain('  line 2: its signature does not fit')
  expect(await rows()).toEqual([{ seq: 1, kind: 'bounced' }])
  expect(
    sns.asked.filter((path) => path.includes('ConfirmSubscription')),
    'nothing is confirmed here',
  ).toEqual([])
})

test('a file of Windows, and a line that is nested without end, keep nothing else from being taken', async () => {
  const { bounced, replayed } = await desk()
  const deep = '['.repeat(100_000) + ']'.repeat(100_000)
  const decorated = bounced(2).body.replace('{', `{"Deep":${deep},`)

  const answer = await replayed(`\ufeff${[bounced(1).body, `[${deep}]`, decorated].join('\r\n')}\r\n`)

  expect(answer.data).toMatchObject({
    ...{ read: 3, stored: 2 },
    problems: [{ at: 'line 2', reason: 'it is no message of SNS: it has no TopicArn' }],
  })
})

test('a thousand that are wrong are a screen of lines', async () => {
  const { replayed } = await desk()

  const answer = await replayed('{}\n'.repeat(1000))

  expect(answer.lines).toHaveLength(23)
  expect(answer.lines.at(-1)).toBe('  and 980 more; see all: --json')
})

test('the process reads a file or standard input, says 1 when something is left, and what is missing in one line', async () => {
  const { url, directory } = await desk()
  const file = join(directory, 'mixed')
  await writeFile(file, '{"half":')
  const env = { DATABASE_URL: url, SNS_TOPIC_ARNS: snsTopic }
  const asked = async (args: string[], given: Record<string, string> = env, input = '') => {
    const said = { out: '', errors: '' }
    const output = {
      log: (line: string) => void (said.out += `${line}\n`),
      error: (line: string) => void (said.errors += `${line}\n`),
    }
    async function* stdin() {
      yield Buffer.from(input)
    }
    return { code: await runTidings([replay.name, ...args], given, output, stdin()), ...said }
  }

  const left = await asked(['--file', file, '--json'])
  const piped = await asked(['--file', '-'], env, '{"half":')
  const empty = await asked(['--file', '-'])
  const nowhere = await asked(['--file', join(directory, 'nothing')])
  const nobody = await asked(['--file', file], { DATABASE_URL: url })
  const nothing = await asked([])

  expect(left.code).toBe(1)
  expect(JSON.parse(left.out)).toMatchObject({ read: 1, problems: [{ at: 'line 1', reason: 'it is not JSON' }] })
  expect(piped).toMatchObject({ code: 1, out: expect.stringContaining('line 1: it is not JSON') })
  expect(empty).toMatchObject({ code: 1, errors: 'There is no message in the file.\n' })
  expect(nowhere).toMatchObject({ code: 1, errors: expect.stringMatching(/^The file .*nothing cannot be read\.\n$/) })
  expect(nobody).toMatchObject({ code: 1, errors: expect.stringMatching(/^SNS_TOPIC_ARNS is missing/) })
  expect(nothing).toMatchObject({ code: 2, errors: expect.stringMatching(/^--file is missing\./) })
})
