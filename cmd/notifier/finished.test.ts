import { expect, test } from 'vitest'
import { pino } from 'pino'
import { cloneDatabase } from '../../test/database.ts'
import { finishedMessage } from '../../test/outcomes.ts'
import { finish } from './finished.ts'

test('the log says what a message came to, and warns of mails of which nobody knows', async () => {
  const { db } = await cloneDatabase()
  const over = [(await ending(['accepted', 'failed', 'unknown', 'skipped'])).id, (await ending(['accepted'])).id]
  const lines: string[] = []

  await finish({ db, log: pino({}, { write: (line) => void lines.push(line) }) })

  const told = lines.map((line) => JSON.parse(line) as { level: number; messageId: string; msg: string })
  const counts = { status: 'sent', sent: 1, failed: 1, unknown: 1, skipped: 1, msg: 'message finished' }
  expect(told.find(({ messageId, level }) => messageId === over[0] && level === 30)).toMatchObject(counts)
  expect(told.filter(({ level }) => level === 40)).toMatchObject([{ messageId: over[0], unknown: 1 }])
  expect(told).toHaveLength(3)

  async function ending(outcomes: Parameters<typeof finishedMessage>[1]) {
    const { message } = await finishedMessage(db, outcomes)
    await db.updateTable('scheduledMessages').set({ status: 'sending', finishedAt: null }).execute()
    return message
  }
})
