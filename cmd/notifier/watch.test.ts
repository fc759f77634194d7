import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { holdSending, releaseSending } from '../../api/storage/hold.ts'
import { registerNotifier } from '../../api/storage/notifiers.ts'
import { cloneDatabase } from '../../test/database.ts'
import * as given from '../../test/given.ts'
import { eventually, smtpTransport } from '../../test/notifiers.ts'
import { sendingMessage } from '../../test/sending.ts'
import { watchSending } from './watch.ts'

const transport = smtpTransport('smtp://127.0.0.1:9')

/** What the log says; `tick` lets the interval pass. */
async function watched() {
  const { db } = await cloneDatabase()
  const said: string[] = []
  const log = pino({ level: 'info' }, { write: (line: string) => void said.push(JSON.parse(line).msg) })
  let tick = () => {}
  const clock = {
    now: () => 0,
    sleep: async () => {},
    nextRound: async () => {},
    every: (_ms: number, act: () => void) => {
      tick = act
      return () => {}
    },
  }
  onTestFinished(watchSending({ db, transport, log, clock }))
  const saying = async (words: string, times = 1) => {
    tick()
    return eventually(async () => said.filter((line) => line.includes(words)).length === times)
  }
  return { db, said, saying, tick: () => tick() }
}

test('a hold is told once when it begins and once when it ends', async () => {
  const { db, said, saying } = await watched()
  await holdSending(db, { reason: null, heldBy: 'root@box' })

  await saying('sending is on hold')
  await saying('sending is on hold')
  await releaseSending(db)
  await saying('the hold is over')

  expect(said).toHaveLength(2)
})

test('messages of another provider are told, and whether any live notifier has it', async () => {
  const { db, said, saying } = await watched()
  const { message } = await sendingMessage(db, (await given.event(db)).id, 1)
  await db.updateTable('scheduledMessages').set({ provider: 'ses' }).where('id', '=', message.id).execute()

  await saying('messages wait for provider ses, which no live notifier has')
  await registerNotifier(db, { host: 'box', pid: 1, version: '1', provider: 'ses', providerAccount: 'a' })

  await saying('messages are left to the notifiers that have their provider')

  expect(said).toHaveLength(2)
})
