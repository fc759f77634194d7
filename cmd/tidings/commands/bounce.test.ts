import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { readReturnPaths } from '../../../api/providers/smtp/return-path.ts'
import { applyFeedback } from '../../../api/storage/apply-feedback.ts'
import { bounceMail } from '../../../test/peers/bounces.ts'
import { cloneDatabase } from '../../../test/database.ts'
import { finishedMessage } from '../../../test/outcomes.ts'

// As a mail server runs it: a process of its own, with the mail on standard input.

const settings = {
  SMTP_BOUNCE_ADDRESS: 'bounces@mail.example.org',
  SECRET_KEY: 'a secret of at least thirty-two characters',
}

async function pipe(url: string, mail: string, ...args: string[]) {
  const env = { ...process.env, ...settings, DATABASE_URL: url }
  const child = spawn(process.execPath, ['cmd/tidings/main.ts', 'bounce', ...args], { env })
  child.stdin.on('error', () => {})
  child.stdin.end(mail)
  const ended = new Promise<number | null>((resolve) => void child.once('close', resolve))
  const [out, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { code, out, errors }
}

test('a bounce that a mail server pipes in moves its guest, and once however often it is brought', async () => {
  const { db, url } = await cloneDatabase()
  const { message } = await finishedMessage(db, ['accepted', 'accepted'])
  const returnPath = readReturnPaths(settings)!.of(`${message.id}_2_1`)!
  // The whole mail came back with it, and is larger than what is kept.
  const mail = `${bounceMail({ returnPath, to: 'guest-2@example.com' })}${'x'.repeat(3_000_000)}`

  const dry = await pipe(url, mail, '--dry-run')
  const first = await pipe(url, mail)
  const again = await pipe(url, mail, '--json')
  await applyFeedback(db, { shard: 1 })

  expect(dry).toMatchObject({ code: 0, out: 'Dry run; nothing was changed:\nNew reports: 1. Known before: 0.\n' })
  expect(first).toEqual({ code: 0, out: 'New reports: 1. Known before: 0.\n', errors: '' })
  expect(JSON.parse(again.out)).toEqual({ stored: 0, duplicates: 1, foreign: 0 })
  const rows = await db.selectFrom('messageDeliveries').select(['seq', 'bounceClass']).orderBy('seq').execute()
  expect(rows.map(({ bounceClass }) => bounceClass)).toEqual([null, 'permanent'])
})

test('a mail that reports nothing is done with, and no mail server writes about it', async () => {
  const { url, db } = await cloneDatabase()

  const answers = [await pipe(url, 'From: ada@example.com\nSubject: Out of office\n\nBye'), await pipe(url, '')]

  const done = { code: 0, out: 'It reports nothing of a mail of ours.\n', errors: '' }
  expect(answers).toEqual([done, done])
  expect(await db.selectFrom('providerEvents').selectAll().execute()).toEqual([])
})

test('without a database the mail server is told to come again', async () => {
  const answer = await pipe('postgres://u:secret@127.0.0.1:9/d', bounceMail())

  expect(answer).toMatchObject({
    code: 75,
    errors: expect.stringMatching(/^No PostgreSQL answers at 127\.0\.0\.1:9\./),
  })
})
