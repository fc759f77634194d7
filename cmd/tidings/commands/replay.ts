import { open } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import type { Feedback } from '../../../api/domain/feedback.ts'
import { readDeadLetters } from '../../../api/providers/dead-letters.ts'
import type { SmallFetch } from '../../../api/providers/https-fetch.ts'
import { openSesWebhook, sesWebhook } from '../../../api/providers/ses-webhook.ts'
import type { OpenWebhook } from '../../../api/providers/webhook.ts'
import type { Db } from '../../../api/storage/database.ts'
import { announceFeedback, storeFeedback } from '../../../api/storage/inbox.ts'
import { misunderstood, refused, textOf, type Answer, type Call, type Command } from '../command.ts'

/** Some 20,000 reports; they are read whole, and in one transaction. */
const fileBytesMax = 64_000_000
/** As the API does. */
const atOnceMax = 500
/** A terminal shows no more; --json has all. */
const linesMax = 20

export const replay: Command = replayWith()

/** `fetch` reaches Amazon, which alone has the certificates; a test gives another. */
export function replayWith(fetch?: SmallFetch): Command {
  return {
    name: 'replay',
    about: 'Keep reports of SES that lie in a dead-letter queue; each is verified, and kept once.',
    usage: '--file <path>|-',
    words: [],
    options: {
      file: { value: 'path|-', about: 'messages of SNS as JSON, one a line or one array; - is standard input' },
    },
    examples: ['replay --file dead-letters.json --dry-run', 'replay --file - < dead-letters.json'],
    writes: true,
    async run(call) {
      const path = textOf(call, 'file')
      if (path === undefined) return misunderstood('--file is missing.')
      const topics = sesWebhook.configure(call.env)
      if (!topics)
        return refused('SNS_TOPIC_ARNS is missing: only what those topics bring is believed, here as at the webhook.')
      const bytes = await read(call, path)
      if (bytes === undefined) return refused(`The file ${path} cannot be read.`)
      if (bytes.length > fileBytesMax) return refused(`The file has more than ${fileBytesMax / 1e6} MB: split it.`)
      return keep(call, bytes.toString(), openSesWebhook(topics, fetch))
    },
  }
}

type Problem = { at: string; reason: string }

async function keep({ db, now }: Call, text: string, webhook: OpenWebhook): Promise<Answer> {
  const letters = readDeadLetters(text, now)
  if (letters.length === 0) return refused('There is no message in the file.')
  const reports: Feedback[] = []
  const problems: Problem[] = []
  let foreign = 0
  for (const { at, ...letter } of letters) {
    const reading = letter.kind === 'letter' ? await webhook.read(letter.request) : letter
    if ('reason' in reading && reading.kind !== 'noted') problems.push({ at, reason: reading.reason })
    // A subscription is confirmed where it is asked for, by the API; here it is nothing of a mail.
    else if (reading.kind !== 'reports') foreign += 1
    else {
      reports.push(...reading.reports)
      foreign += reading.foreign
    }
  }
  const stored = await store(db, reports)
  const data = { read: letters.length, stored, duplicates: reports.length - stored, foreign, problems }
  return {
    kind: 'done',
    data,
    lines: linesOf(data),
    incomplete: problems.length > 0,
    audit: stored > 0 ? { action: 'operator.replay', detail: { ...data, problems: problems.length } } : undefined,
  }
}

async function store(db: Db, reports: readonly Feedback[]): Promise<number> {
  let stored = 0
  for (let from = 0; from < reports.length; from += atOnceMax) {
    const names = await storeFeedback(db, reports.slice(from, from + atOnceMax))
    stored += names.length
  }
  if (stored > 0) await announceFeedback(db)
  return stored
}

type Sums = { stored: number; duplicates: number; foreign: number; problems: readonly Problem[] }

function linesOf({ stored, duplicates, foreign, problems }: Sums): string[] {
  const more = problems.length - linesMax
  return [
    `New reports: ${stored}. Known before: ${duplicates}. Of no mail of ours: ${foreign}.`,
    ...(problems.length > 0 ? [`Not taken: ${problems.length}. Keep those:`] : []),
    ...problems.slice(0, linesMax).map(({ at, reason }) => `  ${at}: ${reason}`),
    ...(more > 0 ? [`  and ${more} more; see all: --json`] : []),
  ]
}

async function read({ input }: Call, path: string): Promise<Buffer | undefined> {
  // One byte more tells that there is more.
  if (path === '-') return input(fileBytesMax + 1)
  try {
    await using file = await open(path)
    return await buffer(file.createReadStream({ end: fileBytesMax, autoClose: false }))
  } catch {
    return undefined
  }
}
