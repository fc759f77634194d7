import { pino } from 'pino'
import { expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { checkClocks } from './check-clocks.ts'

async function warnings(now?: () => number) {
  const { db } = await cloneDatabase()
  const lines: { msg: string; [key: string]: unknown }[] = []
  const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) })
  await checkClocks(db, log, now)
  return lines
}

test('clocks that agree are worth no word', async () => {
  expect((await warnings()).filter(({ msg }) => msg.includes('clock'))).toEqual([])
})

test.each([10, -10])('a machine whose clock is %i minutes off says so, with both clocks', async (minutes) => {
  const lines = await warnings(() => Date.now() + minutes * 60_000)

  const about = lines.find(({ msg }) => msg.includes('clock differs'))!
  expect(Math.round((about.skewMs as number) / 60_000)).toBe(minutes)
  expect(Date.parse(about.process as string) - Date.parse(about.database as string)).toBe(about.skewMs)
})
